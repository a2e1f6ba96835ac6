"""Lists that look quite different, read by the same code."""

from datetime import date

from program.intake.reading.records import ReadPerson
from tests.intake.lists import ods, read, xlsx


def described(person: ReadPerson) -> tuple[str, str, str, str, int | None]:
    return (person.email, person.given_name, person.infix, person.surname, person.working_days)


def test_one_column_of_names_written_three_ways() -> None:
    reading = read(
        medewerkers_csv="Naam;Mailadres;Team\n"
        '"Berg, Jan van der";jan@almelo.example;Zorg\n'
        "J. van der Berg;j@almelo.example;Zorg\n"
        "Mw. drs. Anna Maria de Vries-van den Heuvel;anna@almelo.example;Wonen\n"
        '"Van \'t Hof, Els";els@almelo.example;Wonen\n'
    )

    assert [described(person)[1:4] for person in reading.people.people] == [
        ("Jan", "van der", "Berg"),
        ("J.", "van der", "Berg"),
        ("Anna Maria", "de", "Vries-van den Heuvel"),
        ("Els", "van 't", "Hof"),
    ]


def test_english_headings_in_another_order_with_commas() -> None:
    reading = read(
        participants_csv="Department,Work email,Last name,First name,Gender,Working days,Hire date,"
        "Hours per week\n"
        "Parks,Eva@Hengelo.Example,van den Berg,Eva,Female,Mon to Thu,07/31/2015,32\n"
        "Roads,piet@hengelo.example,Smit,Piet,Male,not on Wednesday,01/02/2016,28.5\n"
    )

    eva, piet = reading.people.people
    assert described(eva) == ("eva@hengelo.example", "Eva", "van den", "Berg", 0b01111)
    assert (eva.gender, eva.employed_since, piet.employed_since) == (
        "V", date(2015, 7, 31), date(2016, 1, 2),
    )  # fmt: skip
    assert (piet.working_days, piet.hours_per_week) == (0b11011, 28.5)


def test_a_heading_on_row_seven_over_one_column_for_each_day() -> None:
    reading = read(
        overzicht_xlsx=xlsx(
            [
                ["Gemeente Losser"], ["Afdeling P&O"], [""], ["Peildatum", "1-6-2019"], [""], [""],
                ["Medewerker", "E-mailadres", "Geslacht", "Werkdagen", "", "", "", "", "Functie"],
                ["", "", "", "ma", "di", "wo", "do", "vr", ""],
                ["Jansen, Piet", "piet@losser.example", "man", 1, 1, 0, 1, 1, "Beleid"],
                ["Dijk, Ans van", "ans@losser.example", "vrouw", 8, 8, 8, 8, 4, "Beleid"],
                ["Bos, Kim", "kim@losser.example", "X", "x", "", "x", "", "", "Beleid"],
                ["Totaal", 3],
            ]
        )
    )  # fmt: skip

    assert [described(person)[1:] for person in reading.people.people] == [
        ("Piet", "", "Jansen", 0b11011),
        ("Ans", "van", "Dijk", 31),
        ("Kim", "", "Bos", 0b00101),
    ]
    assert reading.people.people[2].gender == "X"
    assert reading.rejected == []


def test_tabs_serial_dates_and_columns_that_nobody_asked_for() -> None:
    reading = read(
        export_txt="BSN\tAchternaam\tVoorletters\tTussenv.\tE-mail privé\tE-mail zakelijk\t"
        "Geb.datum\tDatum in dienst\tWerkrooster\n"
        "123456782\tHaar\tP.\tter\tpiet@thuis.example\tp.terhaar@borne.example\t30000\t43649\t1,2,4\n"
        "111222333\tBoer\tK.\t\tk@thuis.example\tk.boer@borne.example\t31000\t40000\t11011\n"
    )

    haar, boer = reading.people.people
    assert described(haar) == ("p.terhaar@borne.example", "P.", "ter", "Haar", 0b01011)
    assert (haar.employed_since, boer.working_days) == (date(2019, 7, 3), 0b11011)
    assert reading.files[0].ignored == ["BSN", "E-mail privé", "Geb.datum"]


def test_an_open_document_of_two_departments() -> None:
    reading = read(
        deelnemerslijst_ods=ods(
            [
                ["Lijst deelnemers"],
                ["Roepnaam", "Voorvoegsels", "Geslachtsnaam", "Mail", "Eenheid", "Dagen"],
                ["Bo", "in 't", "Wal", "bo@wierden.example", "Sociaal", "ma t/m do"],
                ["Ali", "", "El Bakkali", "ali@wierden.example", "Ruimte", "vrij op vrijdag"],
            ]
        )
    )

    assert [described(person)[1:] for person in reading.people.people] == [
        ("Bo", "in 't", "Wal", 0b01111),
        ("Ali", "el", "Bakkali", 0b01111),
    ]


def test_a_given_name_beside_a_column_naam() -> None:
    reading = read(
        lijst_csv="Naam;Voornaam;E-mail;FTE;Leidinggevende;Pers.nr\n"
        "de Wit;Jo;jo@oldenzaal.example;0,5;Rik Zwart;1\n"
        "Zwart;Rik;rik@oldenzaal.example;1,0;;2\n"
    )

    jo = reading.people.people[0]
    assert (jo.name, jo.hours_per_week, jo.manager_number) == ("Jo de Wit", 18.0, "2")


def test_a_list_without_headings_is_known_by_its_contents() -> None:
    reading = read(deelnemers_csv="jan.bos@a.example;m\nans.smit@a.example;v\nkim@a.example;v\n")

    assert [(p.name, p.gender) for p in reading.people.people] == [
        ("Jan Bos", "M"), ("Ans Smit", "V"), ("Kim", "V"),
    ]  # fmt: skip
    assert reading.people.remarks[0].why == "name from address"


def test_a_hidden_sheet_is_left_alone_and_named() -> None:
    reading = read(
        deelnemers_xlsx=xlsx(
            [["Naam", "E-mail"], ["Jan Bos", "jan@a.example"]],
            hidden=[["Naam", "E-mail"], ["Oud Lid", "oud@a.example"]],
        )
    )

    assert [person.email for person in reading.people.people] == ["jan@a.example"]
    assert reading.files[0].hidden_sheets == ["Oud"]


def test_two_lists_are_taken_together_and_a_person_in_both_is_reported() -> None:
    reading = read(
        deelnemers_oost_csv="Naam;E-mail\nJan Bos;jan@a.example\n",
        deelnemers_west_csv="Naam;E-mail\nJan Bos;JAN@a.example\nEls Dam;els@a.example\n",
    )

    assert [person.email for person in reading.people.people] == ["jan@a.example", "els@a.example"]
    assert [(p.file, p.row, p.why) for p in reading.rejected] == [
        ("deelnemers_west.csv", 2, "duplicate")
    ]


def test_working_days_that_cannot_be_read_are_said_so() -> None:
    reading = read(
        deelnemers_csv="Naam;E-mail;Werkdagen\nJan Bos;jan@a.example;\n"
        "Els Dam;els@a.example;4 dagen\n"
    )

    assert [person.working_days for person in reading.people.people] == [None, None]
    assert [(p.row, p.why, p.value) for p in reading.people.remarks] == [
        (2, "unknown working days", ""),
        (3, "unreadable working days", "4 dagen"),
    ]


def test_the_reason_of_an_absence_is_not_even_read() -> None:
    reading = read(
        deelnemers_csv="Naam;E-mail;Pers.nr\nJan Bos;jan@a.example;007\n",
        verlof_csv="Medewerkernummer;Begindatum;Einddatum;Soort verlof\n"
        "007;1 mei 2020;3 mei 2020;ziek\n",
    )

    (absence,) = reading.lists.absences
    assert absence.email == "jan@a.example"
    assert "ziek" not in repr(reading.lists)
