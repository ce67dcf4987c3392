"""What the recipient's pages say. `sv.py` and `en.py` fill in the same; what stands in {braces} is set in there."""

from typing import TypedDict


class Texts(TypedDict):
    language: str
    name: str
    """Of the link that leads to the page in this language."""
    months: tuple[str, ...]

    title: str
    """{sender}"""
    title_nobody: str
    test: str
    hello: str
    """{sender}"""
    hello_nobody: str
    redeemed: str
    expired: str
    """{day}"""
    voided: str
    valid_until: str
    """{day}"""
    barcode: str
    code_beside: str
    """Above the code, where there is a barcode too."""
    code_alone: str
    how: str
    brighter: str
    age: str
    """{age}"""
    proof: str

    stop: str
    stop_means: str
    """{sender}"""
    stop_button: str
    """{sender}"""
    data: str
    data_whose: str
    """{sender}"""
    data_kept: str
    """{clear_days}, {days}"""
    data_rights: str
    """{sender}"""
    data_export: str
    data_erase: str
    data_more: str
    sender_gone: str
    report: str
    report_means: str
    report_not_asked: str
    report_fraud: str
    report_other: str
    by: str

    back: str
    stopped: str
    stopped_means: str
    asked: str
    asked_means: str
    reported: str
    reported_means: str

    unknown: str
    unknown_means: str
    later: str
    later_means: str
    refused: str
    refused_means: str
    reference: str
