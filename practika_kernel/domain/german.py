"""Everything that is said to people in German, by the names of `english`."""

from __future__ import annotations

GERMAN: dict[str, str] = {
    # days and numbers
    "months": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "day": "{day}. {month} {year}",
    "thousands": ".",
    # what notifications say
    "reply": "{who} hat einen Kommentar zu Ihrer Aufnahme {number} von {exercise} geschrieben",
    "replies": "{who} hat {comments} Kommentare zu Ihrer Aufnahme {number} von {exercise} "
    "geschrieben",
    "reply+marks": "{who} hat Ihre Aufnahme {number} von {exercise} bewertet und einen Kommentar "
    "geschrieben",
    "replies+marks": "{who} hat Ihre Aufnahme {number} von {exercise} bewertet und {comments} "
    "Kommentare geschrieben",
    "marks": "{who} hat Ihre Aufnahme {number} von {exercise} bewertet",
    "answer": "{who} hat bei Aufnahme {number} von {exercise} geantwortet",
    "answers": "{who} hat bei Aufnahme {number} von {exercise} {count}-mal geantwortet",
    "take": "{who} hat Aufnahme {number} von {exercise} eingereicht",
    "moved": "{who} hat Ihre Aufnahme {number} von {exercise} zu {goal} verschoben",
    "moved.back": "{who} hat Ihre Aufnahme {number} von {exercise} verschoben und wieder "
    "zurückgelegt",
    "video": "Das Video zu Aufnahme {number} von {exercise} lässt sich nicht abspielen",
    "upload": "Ein Video, das Sie für {exercise} geschickt haben, lässt sich nicht verwenden",
    "course": "Sie haben jetzt einen Platz in {course}",
    "joined": "{who} ist jetzt in {course}",
    "joined2": "{who} und eine weitere Person sind jetzt in {course}",
    "joined3": "{who} und {others} weitere Personen sind jetzt in {course}",
    "exemplar": "{who} fragt, ob der Kurs Ihre Aufnahme {number} von {exercise} sehen darf",
    "exemplar answer": "{who} hat geantwortet, ob der Kurs Aufnahme {number} von {exercise} sehen "
    "darf",
    "guest": "{who} hat einem Gast Ihre Aufnahme {number} von {exercise} gezeigt",
    "guest-comment": "Ein Gast hat Aufnahme {number} von {exercise} kommentiert",
    "guest-comments": "Gäste haben {count} Kommentare zu Aufnahme {number} von {exercise} "
    "geschrieben",
    "second": "Ihr zweiter Schritt bei der Anmeldung wurde geändert oder von jemandem versucht: "
    "Sehen Sie nach, was war",
    "linked": "Mit Ihrem Konto bei {provider} können Sie sich jetzt hier anmelden",
    "unlinked": "Mit Ihrem Konto bei {provider} können Sie sich hier nicht mehr anmelden",
    "somebody": "Jemand",
    "provider": "einer anderen Stelle",
    "exercise": "einer Übung",
    "number": "",
    # what people choose to be told
    "choice.reply": "Eine Lehrkraft hat meine Aufnahme kommentiert",
    "choice.marks": "Eine Lehrkraft hat meine Aufnahme bewertet",
    "choice.answer": "Jemand hat geantwortet, wo ich geschrieben hatte",
    "choice.take": "Jemand aus meinem Kurs hat eine Aufnahme eingereicht",
    "choice.moved": "Eine Lehrkraft hat eine Aufnahme von mir zu einer anderen Übung verschoben",
    "choice.video": "Ein Video von mir lässt sich nicht verwenden oder abspielen",
    "choice.course": "Ich habe einen Platz in einem Kurs bekommen",
    "choice.joined": "Jemand ist meinem Kurs beigetreten",
    "choice.second": "Mit meinem zweiten Schritt bei der Anmeldung ist etwas geschehen",
    "choice.linked": "Mit einem Konto von mir woanders kann ich mich hier anmelden",
    "choice.unlinked": "Mit einem Konto von mir woanders kann ich mich hier nicht mehr anmelden",
    "choice.exemplar": "Eine Lehrkraft fragt, ob der Kurs meine Aufnahme sehen darf",
    "choice.exemplar answer": "Jemand hat geantwortet, ob der Kurs eine Aufnahme sehen darf",
    "choice.guest": "Eine Aufnahme von mir wurde einem Gast gezeigt",
    "choice.guest-comment": "Ein Gast von mir hat eine Aufnahme kommentiert",
    # e-mails about notifications
    "letter.hello": "Guten Tag {name}, das ist neu für Sie:",
    "letter.hello.daily": "Guten Tag {name}, das ist seit der letzten täglichen E-Mail geschehen:",
    "letter.daily.one": "Ihr Tag bei Practika: 1 Neuigkeit",
    "letter.daily.many": "Ihr Tag bei Practika: {count} Neuigkeiten",
    "letter.more": "{first}, und {more} weitere",
    "letter.why": "Sie bekommen diese E-Mail, weil Sie in Practika gewählt haben, was Sie erfahren "
    "möchten.",
    "letter.choose": "Wählen, was Sie erfahren",
    "letter.stop": "Diese E-Mails abbestellen",
    # the e-mail with a link to a new password
    "reset.subject": "Ihr neues Passwort bei Practika",
    "reset.hello": "Guten Tag {name}, Sie haben Practika um ein neues Passwort gebeten. Wählen Sie "
    "es hier:",
    "reset.link": "Neues Passwort wählen",
    "reset.once": "Der Link öffnet sich einmal, eine Stunde lang.",
    "reset.why": "Wenn Sie nicht darum gebeten haben, lassen Sie diese E-Mail liegen: Es hat sich "
    "nichts geändert, und ohne diesen Link kann auch niemand etwas ändern.",
    # the e-mail with an invitation
    "invite.by": "{by} lädt Sie zu {course} ein, als {role}",
    "invite": "Sie sind zu {course} eingeladen, als {role}",
    "invite.until": "Der Link gilt nur für diese Adresse, bis zum {day}.",
    "invite.join": "Beitreten",
    "invite.why": "Jemand hat diese Adresse bei Practika eingetragen. Wenn Sie nichts tun, "
    "geschieht nichts.",
    # the e-mail with a link for a guest
    "visit.by": "{by} ({course}) zeigt Ihnen ein Video: {exercise}",
    "visit.comment": "Sie können es ansehen und kommentieren; ein Konto brauchen Sie dafür nicht.",
    "visit.look": "Sie können es ansehen; ein Konto brauchen Sie dafür nicht.",
    "visit.phrase": "Sie werden nach einem Kennwort gefragt. Sie erhalten es von {by}, nicht mit "
    "dieser E-Mail.",
    "visit.until": "Der Link öffnet sich bis zum {day}, für alle, die ihn haben: Bitte geben Sie "
    "ihn nicht weiter.",
    "visit.open": "Video ansehen",
    "role.student": "Lernende oder Lernender",
    "role.teacher": "Lehrkraft",
    "role.coordinator": "Koordination",
    "role.researcher": "Forschung",
    "role.admin": "Verwaltung",
    # the e-mails about an address
    "address.subject": "Bestätigen Sie Ihre E-Mail-Adresse bei Practika",
    "address.hello.changes": "Guten Tag, jemand möchte sich bei Practika mit dieser Adresse "
    "anmelden. Wenn Sie das sind, bestätigen Sie, dass es Ihre ist:",
    "address.hello": "Guten Tag, jemand hat Practika gebeten, an diese Adresse zu schreiben. Wenn "
    "Sie das waren, bestätigen Sie, dass es Ihre ist:",
    "address.once": "Der Link öffnet sich einmal, 24 Stunden lang, und nur für die Person, die mit "
    "dem Konto angemeldet ist, für das er angefordert wurde.",
    "address.why": "Wenn Sie es nicht waren, lassen Sie diese E-Mail liegen: Dann ändert sich "
    "nichts.",
    "address.link": "Die Adresse bestätigen",
    "moving.subject": "Ihre E-Mail-Adresse bei Practika soll sich ändern",
    "moving.hello": "Guten Tag {name}, wer mit Ihrem Konto angemeldet ist, hat Practika gebeten, "
    "Ihre E-Mail-Adresse von dieser auf {email} zu ändern. Sie ändert sich, sobald die neue über "
    "einen Link bestätigt ist, der dorthin geschickt wurde.",
    "moving.you": "Wenn Sie das waren, ist hier nichts zu tun.",
    "moving.profile": "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort: Das beendet "
    "die Änderung.",
    "moving.forgot": "Wenn Sie sich nicht mehr anmelden können, lassen Sie sich einen Link an "
    "diese Adresse schicken:",
    "moving.late": "Wenn auch der nicht kommt, wenden Sie sich an die Person, die Practika "
    "betreibt.",
    # the e-mails about the second step at sign-in, and about accounts of a provider
    "second.hello": "Guten Tag {name}, {said}",
    "second.when": "Das war am {day} um {time}.",
    "second.you": "Wenn Sie das waren, ist hier nichts zu tun.",
    "second.forgot": "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort, sehen Sie "
    "nach Ihrem zweiten Schritt, und sagen Sie es der Person, die Practika betreibt:",
    "second.forgot.link": "Neues Passwort wählen",
    "second.profile.link": "Ihr zweiter Schritt",
    "second.on": "der zweite Schritt bei Ihrer Anmeldung ist eingeschaltet: Von jetzt an wird nach "
    "einem Code gefragt.",
    "second.moved": "die Codes für Ihre Anmeldung kommen jetzt aus einer anderen App.",
    "second.off": "der zweite Schritt bei Ihrer Anmeldung ist ausgeschaltet. Ihr Passwort allein "
    "meldet Sie an.",
    "second.reset": "die Verwaltung hat den zweiten Schritt bei Ihrer Anmeldung ausgeschaltet.",
    "second.codes": "Sie haben neue Ersatzcodes. Die früheren öffnen nichts mehr.",
    "second.recovery": "mit einem Ersatzcode wurde unter Ihrem Namen angemeldet oder Ihr zweiter "
    "Schritt geändert.",
    "second.guessed": "jemand hat Ihr richtiges Passwort und danach viele falsche Codes "
    "eingegeben. Hineingekommen ist niemand; zwischen den Codes ist jetzt eine Wartezeit.",
    "second.linked": "mit Ihrem Konto bei {provider} können Sie sich jetzt hier anmelden.",
    "second.unlinked": "mit Ihrem Konto bei {provider} können Sie sich hier nicht mehr anmelden.",
    "second.linked.forgot": "Wenn Sie es nicht waren, wählen Sie hier und bei {provider} sofort "
    "ein neues Passwort, sehen Sie nach, wie Sie sich anmelden, und sagen Sie es der Person, die "
    "Practika betreibt:",
    "second.linked.link": "Wie Sie sich anmelden",
    "second.subject.on": "Ihr zweiter Schritt bei Practika ist eingeschaltet",
    "second.subject.moved": "Ihr zweiter Schritt bei Practika ist in einer anderen App",
    "second.subject.off": "Ihr zweiter Schritt bei Practika ist ausgeschaltet",
    "second.subject.reset": "Ihr zweiter Schritt bei Practika wurde ausgeschaltet",
    "second.subject.codes": "Neue Ersatzcodes bei Practika",
    "second.subject.recovery": "Ein Ersatzcode wurde bei Practika benutzt",
    "second.subject.guessed": "Jemand hat Ihr Passwort bei Practika",
    "second.subject.linked": "Ihr Konto bei {provider} öffnet jetzt Practika",
    "second.subject.unlinked": "Ihr Konto bei {provider} öffnet Practika nicht mehr",
    # pages before the sign-in, and those that links in e-mails lead to
    "page.skip": "Zum Inhalt der Seite",
    "page.show": "Zeigen",
    "page.email": "E-Mail",
    "page.password": "Passwort",
    "page.new": "Neues Passwort",
    "page.new.hint": "Mindestens {shortest} Zeichen. Ein paar Wörter sind leicht zu merken und "
    "schwer zu erraten.",
    "signin.title": "Anmelden",
    "signin.line": "Ihre Aufnahmen und Kommentare sind, wo Sie sie gelassen haben.",
    "signin.left": "Sie sind abgemeldet. Benutzen andere diesen Computer? Dann {link}.",
    "signin.left.link": "melden Sie sich auch bei {provider} ab",
    "signin.with": "Anmelden mit {provider}",
    "signin.going": "Weiter zu {provider}",
    "signin.going.line": "Sie melden sich dort an und kommen zurück.",
    "signin.admins": "Mit einem Passwort, für die Verwaltung",
    "signin.or": "oder mit Ihrer E-Mail-Adresse und einem Passwort",
    "signin.waiting": "Ein {link} beendet das Warten.",
    "signin.waiting.link": "neues Passwort per E-Mail",
    "signin.stay": "Auf diesem Gerät {days} Tage angemeldet bleiben",
    "signin.forgot": "Passwort vergessen?",
    "signin.new": "Neu hier? Fragen Sie Ihre Lehrkraft oder die Person, die Practika betreibt.",
    "code.title": "Noch ein Schritt",
    "code.line": "Geben Sie die sechs Ziffern ein, die Ihre App für Practika zeigt.",
    "code.field": "Code",
    "code.trust": "Diesem Browser 30 Tage lang vertrauen. Nicht auf einem Computer, den auch "
    "andere benutzen.",
    "code.none": "Die App ist nicht zur Hand? Auch ein Ersatzcode öffnet.",
    "code.recovery": "Einen Ersatzcode benutzen",
    "code.other": "Als jemand anderes anmelden",
    "recovery.title": "Ersatzcode",
    "recovery.line": "Einer der Codes, die Sie beim Einschalten des zweiten Schritts aufbewahrt "
    "haben. Jeder öffnet einmal.",
    "recovery.none": "Kein Code mehr da? Die Verwaltung kann den zweiten Schritt für Sie "
    "ausschalten.",
    "recovery.app": "Die App benutzen",
    "setup.title": "Richten Sie Ihren zweiten Schritt ein",
    "setup.line": "Ihre Schule verlangt von allen, die hier arbeiten, bei der Anmeldung außer dem "
    "Passwort einen Code. Richten Sie das jetzt ein; es dauert eine Minute.",
    "setup.scan": "Nehmen Sie das Bild mit einer App für Codes auf, oder tippen Sie den Schlüssel "
    "dort ein. Jede ist recht, zum Beispiel Aegis, Google Authenticator, Microsoft Authenticator, "
    "1Password oder Bitwarden.",
    "setup.picture": "Bild mit dem Schlüssel für die App",
    "setup.key": "Schlüssel",
    "setup.here": "Ist die App auf diesem Gerät?",
    "setup.open": "Mit dem Schlüssel öffnen",
    "setup.code": "Code, den die App zeigt",
    "setup.on": "Einschalten und anmelden",
    "setup.done": "Der zweite Schritt ist eingeschaltet",
    "setup.go": "Weiter",
    "codes.line": "Jeder dieser Codes öffnet einmal, wenn Ihre App nicht zur Hand ist. Bewahren "
    "Sie sie bei wichtigen Papieren auf oder in einem Passwortmanager.",
    "codes.once": "Sie werden nur dieses eine Mal gezeigt.",
    "codes.file": "Als Datei aufbewahren",
    "forgot.nomail": "Practika verschickt hier keine E-Mails. Fragen Sie Ihre Lehrkraft oder die "
    "Person, die Practika betreibt: Sie kann Ihnen einen Link geben, mit dem Sie ein neues wählen.",
    "forgot.asked": "Sehen Sie in Ihre E-Mails",
    "forgot.sent": "Wenn sich jemand mit dieser Adresse anmeldet, ist ein Link zu einem neuen "
    "Passwort unterwegs. Er öffnet sich einmal, eine Stunde lang.",
    "forgot.nothing": "Es kam nichts? Sehen Sie bei den unerwünschten E-Mails nach, oder fragen "
    "Sie Ihre Lehrkraft oder die Person, die Practika betreibt.",
    "forgot.line": "Sie bekommen einen Link, mit dem Sie ein neues wählen.",
    "forgot.send": "Link schicken",
    "forgot.back": "Zurück zur Anmeldung",
    "renew.title": "Wählen Sie ein neues Passwort",
    "renew.line": "Für {email}. Alle angemeldeten Geräte werden abgemeldet.",
    "renew.set": "Neues Passwort festlegen",
    "renew.done": "Das neue Passwort gilt",
    "renew.done.line": "Alle Geräte wurden abgemeldet. Melden Sie sich mit dem neuen Passwort an.",
    "renew.gone": "Hier geht es nicht weiter",
    "renew.again": "Um einen neuen Link bitten",
    "join.title": "Einladung",
    "join.by": "{by} lädt Sie ein, als {role}",
    "join.line": "Sie sind eingeladen, als {role}",
    "join.section": ", Gruppe {section}",
    "join.as": "Beitreten als {name}",
    "join.name": "Name",
    "join.name.hint": "Wie man Sie im Kurs kennt.",
    "join.bound": "Diese Einladung gilt für diese Adresse.",
    "join.email.hint": "Damit melden Sie sich an.",
    "join.password.hint": "Mindestens {shortest} Zeichen.",
    "join.join": "Beitreten",
    "join.with": "Beitreten mit {provider}",
    "join.or": "oder mit einem eigenen Passwort",
    "join.known": "Sie haben schon ein Konto? {link}.",
    "join.known.link": "Melden Sie sich an, um damit beizutreten",
    "stop.title": "Diese E-Mails abbestellen?",
    "stop.done": "Keine solchen E-Mails mehr",
    "stop.line": "Darüber schreibt Ihnen Practika:",
    "stop.done.line": "Darüber schreibt Ihnen Practika nicht mehr:",
    "stop.still": "Unter der Glocke auf Ihrer Seite steht es weiterhin. Dort können Sie es auch "
    "wieder ändern.",
    "prove.title": "Ist das Ihre Adresse?",
    "prove.line": "Von jetzt an melden Sie sich damit an, und Practika schreibt dorthin.",
    "prove.confirm": "Die Adresse bestätigen",
    "prove.later": "Nicht jetzt",
    "prove.gone": "Dieser Link öffnet sich für Sie nicht oder nicht mehr: Er öffnet sich einmal, "
    "24 Stunden lang, für das Konto, für das er angefordert wurde. Einen neuen bekommen Sie in "
    "Ihrem Profil.",
    "prove.profile": "Zu Ihrem Profil",
    "message.missing": "Hier ist keine Seite",
    "message.first": "Bitte zuerst anmelden",
    "message.refused": "Das hat nicht geklappt",
    "message.broken": "Etwas ist schiefgegangen",
    "message.start": "Zum Anfang",
    # what can go wrong there
    "tries.one": "Das waren viele Versuche hintereinander. Warten Sie eine Minute und versuchen "
    "Sie es dann noch einmal.",
    "tries.many": "Das waren viele Versuche hintereinander. Warten Sie {minutes} Minuten und "
    "versuchen Sie es dann noch einmal.",
    "error.first": "Bitte melden Sie sich zuerst an.",
    "error.signin": "E-Mail und Passwort passen nicht zusammen. Prüfen Sie beide und versuchen Sie "
    "es noch einmal.",
    "error.gone": "Dieser Link öffnet sich nicht mehr. Bitten Sie um einen neuen.",
    "error.often": "Von hier wurde zu oft um ein neues Passwort gebeten. Versuchen Sie es in einer "
    "Stunde noch einmal.",
    "error.missing": "Unter dieser Adresse ist hier nichts.",
    "error.invitation": "Diese Einladung lässt sich nicht (mehr) verwenden. Bitten Sie die Person, "
    "die sie geschickt hat, um eine neue.",
    "error.foreign": "Diese Anfrage kam von keiner unserer Seiten. Laden Sie die Seite neu und "
    "versuchen Sie es noch einmal.",
    "error.short": "Ein Passwort braucht mindestens 10 Zeichen.",
    "error.nameless": "Es fehlt noch ein Name.",
    "error.taken": "Mit dieser Adresse meldet sich schon jemand an. Melden Sie sich an, um mit ihr "
    "beizutreten.",
    "error.code": "Dieser Code öffnet nicht. Jeder öffnet einmal: Warten Sie auf den nächsten. "
    "Öffnet auch der nicht, sehen Sie nach, ob die Uhr des Geräts mit der App richtig geht.",
    "error.recovery": "Das ist keiner Ihrer Ersatzcodes, oder er wurde schon benutzt.",
    "error.cannot": "Codes Ihrer App lassen sich hier nicht mehr prüfen. Benutzen Sie einen "
    "Ersatzcode, oder bitten Sie die Verwaltung, den zweiten Schritt auszuschalten.",
}
