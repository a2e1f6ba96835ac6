"""What columns are called, in Dutch and English, by the field that they hold.

The field "" holds headings that we know and leave alone: private addresses, birthdays, reasons.
"""

PEOPLE = {
    "employee_number": "personeelsnummer;personeelsnr;pers nr;persnr;pers nummer;medewerkernummer;"
    "medewerkersnummer;medewerkernr;mdw nr;mdwnr;medewerker id;medewerker code;medewerkercode;"
    "werknemernummer;werknemersnummer;werknemer id;stamnummer;registratienummer;personeels id;"
    "employee number;employee no;employee nr;employee id;emp id;staff number;staff id;"
    "personnel number;payroll number;id medewerker;p nummer;personeelscode;medewerker nummer",
    "given_name": "voornaam;roepnaam;voornamen;voorletters;initialen;given name;first name;"
    "firstname;forename;call name;preferred name;voornaam roepnaam;roepnaam medewerker;"
    "voornaam medewerker;initials",
    "infix": "tussenvoegsel;tussenvoegsels;tussenv;tussenvg;tv;tvg;voorvoegsel;voorvoegsels;"
    "voorv;vv;infix;name prefix;surname prefix;prefix;middle part;voorvoegsel geboortenaam",
    "surname": "achternaam;familienaam;geslachtsnaam;geboortenaam;surname;last name;lastname;"
    "family name;achternaam medewerker;naam achternaam;eigennaam;roepachternaam;gebruiksnaam",
    "name": "naam;volledige naam;naam medewerker;medewerker;medewerkernaam;naam deelnemer;"
    "deelnemer;deelnemersnaam;naam voluit;weergavenaam;werknemer;naam werknemer;name;full name;"
    "employee;employee name;display name;participant;participant name;"
    "naam leidinggevende deelnemer;"
    "voor en achternaam;naam en voornaam;trainer;naam trainer;begeleider;docent",
    "email": "e mail;email;mail;e mailadres;emailadres;mailadres;e mail adres;email adres;"
    "e mail werk;email werk;werkmail;zakelijk e mailadres;e mail zakelijk;zakelijke e mail;"
    "zakelijke email;werk e mailadres;e mailadres werk;emailadres werk;mail zakelijk;"
    "email address;e mail address;e mailaddress;work e mail;work email;work email address;"
    "business email;mailaddress;upn;e mailadres medewerker;email medewerker;internet adres;"
    "user principal name;contact e mail",
    "gender": "m v;v m;m v x;geslacht;gender;sekse;sexe;sex;man vrouw;m f;aanhef;geslacht m v;"
    "geslachtsaanduiding;f m",
    "department": "afdeling;organisatieonderdeel;organisatie eenheid;organisatorische eenheid;"
    "orgeenheid;org eenheid;oe;domein;cluster;sector;directie;dienst;team;teamnaam;bureau;eenheid;"
    "unit;department;dept;division;org unit;organizational unit;organisational unit;afdeling team;"
    "naam afdeling;afdelingsnaam;naam team;business unit;programma afdeling;onderdeel;"
    "afdeling omschrijving;omschrijving afdeling;formele afdeling;omschrijving organisatie eenheid",
    "job_title": "functie;functienaam;functiebenaming;functietitel;functieomschrijving;rol;"
    "functie omschrijving;omschrijving functie;naam functie;job;job title;position;title;role;"
    "job name;function;beroep;formele functie;functie rol",
    "manager_number": "leidinggevende pers nr;leidinggevende personeelsnummer;nr leidinggevende;"
    "personeelsnummer leidinggevende;pers nr leidinggevende;leidinggevende nummer;manager id;"
    "manager number;manager no;manager employee id;personeelsnr leidinggevende;supervisor id;"
    "personeelsnr manager;personeelsnummer manager;line manager id;leidinggevende nr;"
    "medewerkernummer leidinggevende;leidinggevende id;manager nr;manager employee number",
    "manager_name": "leidinggevende;naam leidinggevende;manager;manager name;naam manager;chef;"
    "direct leidinggevende;directe leidinggevende;line manager;supervisor;reports to;"
    "rapporteert aan;teamleider;leidinggevende naam;hoofd",
    "manager_email": "e mail leidinggevende;email leidinggevende;mail leidinggevende;"
    "e mailadres leidinggevende;manager email;manager e mail;email manager;e mail manager;"
    "supervisor email;leidinggevende e mail;leidinggevende email",
    "working_days": "werkdagen;werkdag;werkrooster;werkpatroon;werkt op;dagen;werkzame dagen;"
    "working days;work days;workdays;days;days worked;work pattern;schedule;beschikbare dagen;"
    "aanwezig op;werkdagen per week;rooster;dagen werkzaam;vaste werkdagen;werkt op dagen;"
    "beschikbaar op;working pattern;weekdays;werk dagen",
    "day_0": "ma;maandag;mon;monday;werkt ma;werkt op maandag;maandag uren",
    "day_1": "di;dinsdag;tue;tuesday;werkt di;werkt op dinsdag;dinsdag uren",
    "day_2": "wo;woensdag;wed;wednesday;werkt wo;werkt op woensdag;woensdag uren",
    "day_3": "do;donderdag;thu;thursday;werkt do;werkt op donderdag;donderdag uren",
    "day_4": "vr;vrijdag;fri;friday;werkt vr;werkt op vrijdag;vrijdag uren",
    "day_5": "za;zaterdag;sat;saturday",
    "day_6": "zo;zondag;sun;sunday",
    "hours_per_week": "uren p w;uren per week;uren;uren week;contracturen;contract uren;"
    "arbeidsduur;arbeidsduur per week;urenomvang;omvang uren;aantal uren;aantal uren per week;"
    "hours per week;hours;weekly hours;contract hours;hours week;hrs;uren pw;aanstelling uren;"
    "omvang dienstverband;werkuren;working hours;dienstverband uren;hours p w",
    "fte": "fte;deeltijdfactor;deeltijdpercentage;dt factor;deeltijd factor;parttime percentage;"
    "part time percentage;parttimepercentage;bezetting fte",
    "employed_since": "in dienst sinds;datum in dienst;indienstdatum;in dienst;"
    "datum indiensttreding;indiensttreding;startdatum dienstverband;begin dienstverband;"
    "employed since;"
    "start date;hire date;date of hire;in service since;date joined;joined;startdatum;"
    "in dienst per;"
    "datum indienst;employment start;in dienst vanaf;begindatum dienstverband;"
    "aanvang dienstverband",
    "organisation": "gemeente;organisatie;werkgever;organisation;organization;employer;company;"
    "municipality;client;opdrachtgever;bedrijf",
    "": "opmerking;opmerkingen;opmerking hr;toelichting;notitie;notes;note;remarks;comments;"
    "comment;geboortedatum;date of birth;birthday;birth date;geboren;bsn;burgerservicenummer;"
    "telefoon;telefoonnummer;tel;mobiel;mobiel nummer;phone;phone number;mobile;adres;"
    "woonplaats;postcode;"
    "straat;huisnummer;e mail prive;prive e mail;email prive;prive email;prive mail;mail prive;"
    "private email;personal email;personal e mail;home email;foto;schaal;salarisschaal;salary;"
    "salaris;dieetwensen;dieet;diet;kostenplaats;cost centre;cost center;kenmerk;leeftijd;age;"
    "uit dienst;datum uit dienst;einddatum;einde dienstverband;contracttype;soort dienstverband;"
    "nr;volgnummer;rij;no;e mailadres prive;locatie;werklocatie;gebouw;kamer;kamernummer;status;"
    "nationaliteit;iban;titel;titulatuur",
}

TRAINERS = {
    "name": PEOPLE["name"],
    "given_name": PEOPLE["given_name"],
    "infix": PEOPLE["infix"],
    "surname": PEOPLE["surname"],
    "email": PEOPLE["email"],
    "domains": "domeinen;domein;domains;domain;onderwerpen;expertise;themas;"
    "thema s;specialisme;topics",
    "working_days": PEOPLE["working_days"],
    **{f"day_{day}": PEOPLE[f"day_{day}"] for day in range(7)},
    "max_per_week": "max per week;maximum per week;max aantal per week;maximaal per week;per week;"
    "dagen per week;max dagen per week;max days per week;max sessions per week;belasting per week",
    "senior": "senior;niveau;senior junior;junior senior;senioriteit;seniority;level;ervaring",
    "unavailable": "niet beschikbaar;afwezig;afwezigheid;verlof;vakantie;vrij;unavailable;absence;"
    "absences;not available;holiday;holidays;leave;verhinderd;verhinderingen",
    "": PEOPLE[""],
}

VENUES = {
    "venue": "locatie;gebouw;naam locatie;locatienaam;plaats;venue;location;building;site;pand",
    "room": "zaal;ruimte;zaalnaam;lokaal;naam zaal;kamer;vergaderzaal;room;room name;hall;space",
    "address": "adres;straat;adres locatie;address;street;bezoekadres;vestigingsadres",
    "city": "stad;woonplaats;city;town",
    "capacity": "capaciteit;aantal personen;personen;max personen;plaatsen;zitplaatsen;capacity;"
    "seats;max;people;aantal plaatsen;maximum aantal personen;aantal stoelen",
    "price": "per dag;prijs;prijs per dag;dagprijs;kosten;kosten per dag;tarief;dagtarief;price;"
    "price per day;cost;day rate;cost per day;huur;huur per dag;rate",
    "wheelchair": "rolstoeltoegankelijk;toegankelijk;rolstoel;wheelchair;wheelchair accessible;"
    "accessible;mindervalide;toegankelijkheid;accessibility",
    "online": "online;digitaal;virtual",
    "join_url": "link;url;teams link;join url;join link;meeting link;vergaderlink",
    "": "opmerking;opmerkingen;notes;remarks;contactpersoon;telefoon;contact;phone;e mail;email",
}

ABSENCES = {
    "email": PEOPLE["email"],
    "employee_number": PEOPLE["employee_number"],
    "name": PEOPLE["name"],
    "from": "van;vanaf;van datum;datum van;begin;begindatum;start;startdatum;eerste dag;ingang;"
    "ingangsdatum;from;from date;start date;first day;begin date;datum;date;dag;day;afwezig vanaf",
    "until": "tot en met;t m;tm;tot;tot datum;eind;einde;einddatum;laatste dag;until;to;to date;"
    "end;end date;last day;through;till;tot en met datum;datum tot;afwezig tot en met;eind datum",
    "day_part": "dagdeel;dag deel;deel van de dag;day part;part of day;part of the day;daypart;"
    "ochtend middag;am pm",
    "": "reden;reden afwezigheid;soort;soort verlof;type;reason;kind;opmerking;opmerkingen;"
    "toelichting;notes;remarks;comment;verlofsoort;afwezigheidsreden;leave type;absence type;"
    "voornaam;achternaam;tussenvoegsel;afdeling;status;aantal uren;uren;hours",
}

LISTS = {"people": PEOPLE, "trainers": TRAINERS, "venues": VENUES, "absences": ABSENCES}

#: what lists are called, by how their file's name begins or what is in it
FILE_NAMES = {
    "trainers": "trainer begeleider docent facilitator coach teacher",
    "venues": "locatie zaal zalen ruimte venue room location accommodatie",
    "absences": "afwezig verlof absence vakantie leave holiday verhinder niet-beschikbaar",
    "people": "deelnemer participant medewerker leidinggevende personeel people employee staff hr",
}
