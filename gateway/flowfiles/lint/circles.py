"""Which things lead to each other round. Knows nothing of flows."""

from collections.abc import Iterator, Mapping, Sequence


def circles(leads: Mapping[str, Sequence[str | None]]) -> Iterator[frozenset[str]]:
    """Yield the groups in which each leads to every other, or alone to itself.

    Tarjan's way, without recursion: a flow may have thousands of steps.
    """
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    stacked: set[str] = set()
    for root in leads:
        if root in number:
            continue
        work: list[tuple[str, int]] = [(root, 0)]
        while work:
            name, at = work.pop()
            if at == 0:
                number[name] = low[name] = len(number)
                stack.append(name)
                stacked.add(name)
            ahead = [one for one in leads.get(name, ()) if one is not None and one in leads]
            for index in range(at, len(ahead)):
                other = ahead[index]
                if other not in number:
                    work += [(name, index + 1), (other, 0)]
                    break
                if other in stacked:
                    low[name] = min(low[name], number[other])
            else:
                if low[name] == number[name]:
                    group = _taken(stack, stacked, name)
                    if len(group) > 1 or name in ahead:
                        yield group
                if work:
                    holder = work[-1][0]
                    low[holder] = min(low[holder], low[name])


def _taken(stack: list[str], stacked: set[str], name: str) -> frozenset[str]:
    """Take everything from the stack down to a name."""
    taken = []
    while True:
        one = stack.pop()
        stacked.discard(one)
        taken.append(one)
        if one == name:
            return frozenset(taken)
