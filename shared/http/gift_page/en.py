"""English."""

from shared.http.gift_page.texts import Texts

EN = Texts(
    language="en",
    name="In English",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    title="A gift from {sender}",
    title_nobody="A gift",
    test="This is a test. Nobody has been sent an SMS, and no till takes the code.",
    hello="Hello! {sender} would like to thank you with a gift.",
    hello_nobody="Hello! You have been given a gift.",
    redeemed="The gift has been redeemed. We hope that it made you happy.",
    expired="The gift has expired. It was valid until {day}.",
    voided="The gift is no longer valid. Do you wonder why? Ask whoever sent it.",
    valid_until="Valid until {day}",
    barcode="Barcode",
    code_beside="Or read out the code:",
    code_alone="Your code",
    how="How to use it",
    brighter="Is the barcode hard to scan? Make the screen brighter.",
    age="You must be {age} or older.",
    proof="Bring proof of identity, as you may be asked for it.",
    stop="Do you want no more?",
    stop_means="{sender} will then send you no more SMS from here. The gift is yours to keep.",
    stop_button="No more SMS from {sender}",
    data="Your data",
    data_whose="{sender} is the data controller: the company decides about your phone number and what it is used for. "
    "UpUp is its processor and sends the gift for it.",
    data_kept="UpUp holds the number in clear for at most {clear_days} days, then encrypted. After {days} days at the "
    "latest it is erased. Your name is not kept.",
    data_rights="You can have what is held about you here shown to you, or erased. {sender} gets your request and must "
    "answer within a month.",
    data_export="Ask to see the data",
    data_erase="Ask to have it erased",
    data_more="More about how UpUp handles personal data",
    sender_gone="The company that gave you the gift no longer uses UpUp. It sends no more SMS from here, and we erase "
    "your number.",
    report="Is something wrong?",
    report_means="Tell UpUp, which passes the gift on. We are told which company it is about, but not who you are.",
    report_not_asked="I have not agreed to SMS",
    report_fraud="It looks like fraud",
    report_other="Something else",
    by="The gift comes by way of UpUp.",
    back="Back to the gift",
    stopped="You get no more SMS",
    stopped_means="The company that gave you the gift sends no more SMS to your number from here. To remember that, we "
    "keep a coded imprint of the number, but not the number.",
    asked="Your request has arrived",
    asked_means="The company that gave you the gift has got it, and must answer within a month.",
    reported="Thank you for telling us",
    reported_means="UpUp will look into it. We have not kept who you are.",
    unknown="There is no such gift",
    unknown_means="The link leads to no gift. See that all of it came with you from your SMS.",
    later="Not just now",
    later_means="There is nothing wrong with the link. Try again in a while.",
    refused="That did not work",
    refused_means="Open the link in your SMS again, and try from there.",
    reference="Reference: {trace}",
)
