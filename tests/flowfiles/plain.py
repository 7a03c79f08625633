"""Flow files as a validator of JSON Schema sees them: texts, numbers, lists and sections."""

from gateway.core.flow.events import Json
from gateway.flowfiles.yaml_tree import Branch, Leaf, Node, read_tree


def plain(content: bytes) -> Json:
    """Return what a YAML file holds, without its lines."""
    tree = read_tree("x.yaml", content)
    return None if tree is None else _plain(tree)


def _plain(node: Node) -> Json:
    if isinstance(node, Branch):
        return {key: _plain(one) for key, one in node.items.items()}
    return node.value if isinstance(node, Leaf) else [_plain(one) for one in node.items]
