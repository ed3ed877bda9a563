package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is around every page, and the small forms that pages share. Stateless. */
final class Frame {
    private static final List<String> PLACES =
            List.of("/console/", "/console/search", PolicyForm.MATRIX, ReportPages.PATH, "/console/integrity");
    private static final List<String> NAMES = List.of("Overview", "Search", "Policy", "Reports", "Integrity");

    private Frame() {}

    /** @param here the place in the navigation; empty for none. @param reader who is signed in; empty for nobody */
    static Html.Element page(String title, String here, String reader, Html content) {
        return page(title, here, reader, false, content);
    }

    /** The same. @param signedIn whether the reader can sign out */
    static Html.Element page(String title, String here, String reader, boolean signedIn, Html content) {
        Html.Element head = Html.of(
                "head",
                Html.of("meta").with("charset", "utf-8"),
                Html.of("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"),
                Html.of("meta").with("name", "color-scheme").with("content", "light dark"),
                Html.of("title", title + " · Sluice audit"),
                Html.of("link").with("rel", "icon").with("href", "/console/icon.svg"),
                Html.of("link").with("rel", "stylesheet").with("href", "/console/style.css"),
                Html.of("script").with("src", "/console/console.js").with("defer", ""));
        Html.Element body = Html.of(
                "body",
                link("#main", "Skip to the content").is("skip"),
                header(here, reader, signedIn),
                Html.of("main", content).with("id", "main").with("tabindex", "-1"),
                Html.of("footer", "Times are UTC. That you read this is an entry of the log."));
        return Html.of("html", head, body).with("lang", "en");
    }

    private static Html header(String here, String reader, boolean signedIn) {
        List<Html> places = new ArrayList<>();
        for (int i = 0; i < PLACES.size(); i++) {
            Html.Element link = link(PLACES.get(i), NAMES.get(i));
            places.add(of("li", PLACES.get(i).equals(here) ? link.with("aria-current", "page") : link));
        }
        Html who = reader.isEmpty()
                ? Html.none()
                : of(
                                "span",
                                of("span", "reading as ").is("quiet"),
                                of("strong", reader),
                                signedIn ? link(OidcRoutes.SIGN_OUT, "sign out") : Html.none())
                        .is("who");
        return of(
                        "header",
                        link(
                                        "/console/",
                                        of("span").is("mark").with("aria-hidden", "true"),
                                        "Sluice ",
                                        of("span", "audit"))
                                .is("brand"),
                        reader.isEmpty()
                                ? Html.none()
                                : of("nav", of("ul", Html.many(places))).with("aria-label", "Console"),
                        who)
                .is("top");
    }

    /** A time of an entry, to the second. */
    static Html time(String text) {
        try {
            Instant time = Instant.parse(text);
            String shown = time.truncatedTo(ChronoUnit.SECONDS)
                    .toString()
                    .replace('T', ' ')
                    .replace("Z", "");
            return of("time", shown).with("datetime", text).with("title", text);
        } catch (java.time.DateTimeException e) {
            return Html.text(text.isEmpty() ? "no time" : text);
        }
    }

    /** What became of something, as a label. */
    static Html.Element badge(String word) {
        return badge(word, word);
    }

    /** The same with other words. @param kind what became of something, for the colour alone */
    static Html.Element badge(String kind, String word) {
        String colour =
                switch (kind) {
                    case "release", "decided" -> "good";
                    case "withhold", "duplicate" -> "held";
                    case "quarantine", "quarantined" -> "bad";
                    default -> "plain";
                };
        return of("span", word).is("badge " + colour);
    }

    /** Names and what they are. An empty value is left out. */
    static Html.Element facts(Object... pairs) {
        List<Html> rows = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (!String.valueOf(pairs[i + 1]).isEmpty()) {
                rows.add(of("div", of("dt", pairs[i]), of("dd", pairs[i + 1])));
            }
        }
        return of("dl", Html.many(rows)).is("facts");
    }

    /** A number with thousands set apart. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A text in the type of code, with a button that copies it where scripts run. */
    static Html copied(String text) {
        return of(
                "span",
                of("code", text).is("wrap"),
                of("button", "copy")
                        .with("type", "button")
                        .with("data-copy", text)
                        .is("copy"));
    }

    /** A section with a heading. */
    static Html.Element section(String heading, Object... content) {
        List<Object> all = new ArrayList<>(List.of(of("h2", heading)));
        all.addAll(List.of(content));
        return of("section", all.toArray()).is("card");
    }
}
