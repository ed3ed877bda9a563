package sluice.officers_test

import data.sluice.officers

recipients := {"lab": {"purpose": "research"}, "ward": {"purpose": "treatment"}, "mail": {"purpose": "newsletter"}}

test_a_cancelled_result_is_no_finding if {
	denied := officers.denials with data.rulebook.recipients as recipients with input as {"attributes": {"status": "cancelled"}}
	{recipient | some recipient, _ in denied} == {"lab"}
}

test_a_final_result_is if {
	denied := officers.denials with data.rulebook.recipients as recipients with input as {"attributes": {"status": "final"}}
	denied == {}
}

test_the_time_of_a_phone_order_closes if {
	closed := officers.closes with data.rulebook.recipients as recipients with input as {"attributes": {"channel": "phone"}}
	closed == {"mail": {"/placedAt": "officers#phone-order"}}
}
