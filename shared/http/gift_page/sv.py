"""Svenska."""

from shared.http.gift_page.texts import Texts

SV = Texts(
    language="sv",
    name="Svenska",
    months=(
        *("januari", "februari", "mars", "april", "maj", "juni"),
        *("juli", "augusti", "september", "oktober", "november", "december"),
    ),
    title="En gåva från {sender}",
    title_nobody="En gåva",
    test="Detta är ett test. Ingen har fått något SMS, och koden gäller inte i någon kassa.",
    hello="Hej! {sender} vill tacka dig med en gåva.",
    hello_nobody="Hej! Du har fått en gåva.",
    redeemed="Gåvan är inlöst. Hoppas att den gjorde dig glad.",
    expired="Gåvan har gått ut. Den gällde till och med {day}.",
    voided="Gåvan gäller inte längre. Undrar du varför? Fråga den som skickade den.",
    valid_until="Gäller till och med {day}",
    barcode="Streckkod",
    code_beside="Läs annars upp koden:",
    code_alone="Din kod",
    how="Så använder du den",
    brighter="Har kassan svårt att läsa av streckkoden? Gör skärmen ljusare.",
    age="Du behöver ha fyllt {age} år.",
    proof="Ta med legitimation, för den kan du få visa.",
    stop="Vill du inte ha fler?",
    stop_means="Då skickar {sender} inga fler SMS till dig härifrån. Gåvan får du behålla.",
    stop_button="Inga fler SMS från {sender}",
    data="Dina uppgifter",
    data_whose="{sender} är personuppgiftsansvarig: företaget bestämmer över ditt telefonnummer och vad det används "
    "till. UpUp är personuppgiftsbiträde och skickar gåvan åt företaget.",
    data_kept="Hos UpUp finns numret i klartext i högst {clear_days} dagar och därefter krypterat. Senast efter "
    "{days} dagar raderas det. Ditt namn sparas inte.",
    data_rights="Du kan få se eller få raderat det som finns om dig här. {sender} får din begäran och ska svara inom "
    "en månad.",
    data_export="Begär att få se uppgifterna",
    data_erase="Begär radering",
    data_more="Mer om hur UpUp hanterar personuppgifter",
    sender_gone="Företaget som gav dig gåvan använder inte UpUp längre. Inga fler SMS kommer från det härifrån, och "
    "ditt nummer raderas hos oss.",
    report="Är något fel?",
    report_means="Berätta för UpUp, som förmedlar gåvan. Vi får veta vilket företag det gäller, men inte vem du är.",
    report_not_asked="Jag har inte tackat ja till SMS",
    report_fraud="Det liknar bedrägeri",
    report_other="Något annat",
    by="Gåvan förmedlas av UpUp.",
    back="Tillbaka till gåvan",
    stopped="Du får inga fler SMS",
    stopped_means="Företaget som gav dig gåvan skickar inga fler SMS till ditt nummer härifrån. För att komma ihåg det "
    "sparar vi ett kodat avtryck av numret, men inte numret.",
    asked="Din begäran är framme",
    asked_means="Företaget som gav dig gåvan har fått den och ska svara inom en månad.",
    reported="Tack för att du säger till",
    reported_means="UpUp tittar på det. Vi har inte sparat vem du är.",
    unknown="Gåvan finns inte",
    unknown_means="Länken leder inte till någon gåva. Kontrollera att hela länken kom med från ditt SMS.",
    later="Det går inte just nu",
    later_means="Det är inget fel på länken. Försök igen om en stund.",
    refused="Det gick inte",
    refused_means="Öppna länken i ditt SMS igen och försök därifrån.",
    reference="Referens: {trace}",
)
