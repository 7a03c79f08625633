from gateway.core.delivery.price import PriceTable, price_of

TABLE = PriceTable("ZMW", 500, {"+26": 300, "+26097": 450})


def test_the_longest_matching_prefix_sets_the_price():
    assert TABLE.cost("+260970000001", 1) == 450
    assert TABLE.cost("+260960000001", 1) == 300


def test_a_number_that_no_prefix_matches_costs_the_default():
    assert TABLE.cost("+254700000001", 1) == 500
    assert PriceTable("ZMW", 500, {}).cost("+260970000001", 1) == 500


def test_the_cost_grows_with_the_segments():
    assert TABLE.cost("+260970000001", 3) == 1350
    assert TABLE.cost("+260970000001", 0) == 0


def test_without_a_number_a_price_lies_between_the_least_and_the_most():
    assert TABLE.range(2) == (600, 1000)
    assert PriceTable("ZMW", 500, {}).range(1) == (500, 500)


def test_a_text_is_priced_by_its_segments():
    assert price_of("a" * 160, TABLE, "+260970000001") == 450
    assert price_of("a" * 161, TABLE, "+260970000001") == 900
    assert price_of("a" * 159 + "’", TABLE, "+260970000001") == 1350


def test_an_amount_is_rounded_up_so_that_a_preview_never_promises_too_little():
    assert TABLE.words(1_234_561) == "ZMW 1,234.57"
    assert TABLE.words(1_234_560) == "ZMW 1,234.56"
    assert TABLE.words(5) == "ZMW 0.01"
    assert TABLE.words(0) == "ZMW 0.00"


def test_a_network_is_told_by_its_name_else_by_the_beginning_that_has_a_price():
    named = PriceTable("ZMW", 500, {"+26097": 450, "+26": 300}, {"+26097": "Airtel"})
    assert named.network("+260970000001") == "Airtel"
    assert named.network("+260960000001") == "+26"
    assert named.network("+254700000001") == ""
    assert named.cost("+260970000001", 1) == 450
