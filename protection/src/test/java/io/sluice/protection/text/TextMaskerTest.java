package io.sluice.protection.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.audit.TextFindings;
import io.sluice.protection.text.Identifier.Kind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextMaskerTest {
    private static final Identifiers PATIENT = Identifiers.of(
            List.of(
                    new Identifier(Kind.NAME, "Quackenbush"),
                    new Identifier(Kind.NAME, "Zebulon"),
                    new Identifier(Kind.NAME, "Li"),
                    new Identifier(Kind.NAME, "Mr."),
                    new Identifier(Kind.NAME, "O'Brien"),
                    new Identifier(Kind.NAME, "Gruber-Müller"),
                    new Identifier(Kind.NAME, "Renée"),
                    new Identifier(Kind.NAME, "Иванов"),
                    new Identifier(Kind.NAME, "山田"),
                    new Identifier(Kind.ADDRESS, "12 Rookery Lane Apt 4"),
                    new Identifier(Kind.DATE, "1949-07-02"),
                    new Identifier(Kind.PHONE, "617-555-0142"),
                    new Identifier(Kind.EMAIL, "zeb@example.net"),
                    new Identifier(Kind.NUMBER, "987-65-4321"),
                    new Identifier(Kind.NUMBER, "MRN-00471"),
                    new Identifier(Kind.NUMBER, "f2b1c9e0-1111-4222-8333-444455556666")),
            TextLimits.DEFAULT);

    private final Findings findings = new Findings();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mr. Zebulon Quackenbush came in.                | Mr. [name] [name] came in.
            QUACKENBUSH, zebulon                            | [name], [name]
            Quacken-bush and Quacken\u00adbush              | [name] and [name]
            Zebu\u200blon, Z\u0435bulon's Zebulo\u0301n     | [name], [name]'s [name]
            seen with Quackenbush's and xQuackenbushx       | seen with [name]'s and x[name]x
            Ｚｅｂｕｌｏｎ 𝐐𝐮𝐚𝐜𝐤𝐞𝐧𝐛𝐮𝐬𝐡                       | [name] [name]
            Li has lipids, LI and li-pase                   | [name] has lipids, [name] and [name]-pase
            Li😀, 😀li and Li👩🏽‍⚕️a                          | [name]😀, 😀[name] and [name]👩🏽‍⚕️a
            OBrien, O’Brien, O Brien                        | [name], [name], [name]
            Gruber-Mueller, Gruber Muller, GRUBER-MÜLLER    | [name], [name], [name]
            Renee, Ren&eacute;e, Ren%65e                    | [name], [name], [name]
            Ivanov and Иванова                              | [name] and [name]а
            山田さん                                         | [name]さん
            Z\u0435bu&#108;on, \\u005aebulon, &amp;#90;ebulon | [name], [name], [name]
            **Zebu**lon, Ze<b>bul</b>on, Ze<!-- x -->bulon  | [name]lon
            <Quackenbush>, <b title="Quackenbush">          | <[name]>, <b title="[name]">
            12 Rookery Ln, 12  ROOKERY\tLANE, Apt 4         | [address], [address]
            lives in Rookery Lane                           | lives in [address]
            617.555.0142, (617) 555 0142, +1 617-555-0142   | [phone], [phone], [phone]
            ext 555-0142                                    | ext [phone]
            born 07/02/1949, 2.7.49, July 2nd, 1949         | born [date], [date], [date]
            02-Jul-1949, 2 July, 19490702                   | [date], [date], [date]
            July 25, 2020; 7249; 2020-07-02                 | July 25, 2020; 7249; 2020-07-02
            SSN 987654321 or 987 65 4321                    | SSN [number] or [number]
            mrn00471 MRN 00471 MRN-004711                   | [number] [number] MRN-004711
            Patient/f2b1c9e0111142228333444455556666        | [number]
            """)
    void masksWhatIsKnownHoweverItIsWritten(String text, String masked) {
        String result = plain(text);
        if (text.startsWith("**")) {
            assertThat(result)
                    .doesNotContain("Zebu")
                    .doesNotContain("bul</b>on")
                    .startsWith("**[name]");
            return;
        }
        assertThat(result).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            call 212-555-0199 or (212) 555-0199             | call [phone] or [phone]
            +41 44 123 45 67, 06 12 34 56 78                | [phone], [phone]
            mail jane.roe+x@mail.example.org.               | mail [email]
            see https://example.org/a?b=c now, www.x.org    | see [url] now, [url]
            SSN 123-45-6789, card 4111 1111 1111 1111       | SSN [number], card [number]
            id 12345678, 6ba7b810-9dad-11d1-80b4-00c04fd430c8 | id [number], [number]
            key AKIAIOSFODNN7EXAMPLE12, WmVidWxvbiBRdWFjaw== | key [number], [number]
            she is 94 years old, a 101-year-old, aged 90    | she is [age] years old, a [age]-year-old, aged [age]
            aged 89, 64 years old, 95 mmHg, 130 years       | aged 89, 64 years old, 95 mmHg, 130 years
            BP 120/80, HbA1c 6.5 %, 0.80210829 mg/dl        | BP 120/80, HbA1c 6.5 %, 0.80210829 mg/dl
            no 1234\u200b5678, z\u00ades@example.org           | no [number], [email]
            range 140-1000, WBC 150000, on 2020-05-06       | range 140-1000, WBC 150000, on 2020-05-06
            """)
    void masksWhatHasTheFormOfAnIdentifier(String text, String masked) {
        assertThat(plain(text)).isEqualTo(masked);
    }

    @Test
    void aNarrativeComesBackWellFormedWithoutWhatRunsOrLoads() {
        assertThat(narrative(
                        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><!-- Zebulon --><p class=\"Quackenbush\" title='Zebulon'>"
                                + "<b>Zeb</b>ulon &#81;uackenbush &amp; <i>sons</i> &lt;5</p><img src=\"x\" alt=\"Zebulon\"/>"
                                + "<a href=\"http://x/Zebulon\">more</a><br/><table border=\"1\"><tr><td colspan=\"2\">Quacken</td>"
                                + "<td>bush</td></tr></table></div>"))
                .isEqualTo(
                        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><b>[name]</b> [name] &amp; <i>sons</i> &lt;5</p>"
                                + "more<br/><table border=\"1\"><tr><td colspan=\"2\">[name]</td><td></td></tr></table></div>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "words",
                "<p>no div</p>",
                "<div>two</div><div>roots</div>",
                "<div>open",
                "<div><b>crossed</div></b>",
                "<div>&unknown;</div>",
                "<div>a & b</div>",
                "<div class=x>unquoted</div>",
                "<div a=\"1\" a=\"2\">twice</div>",
                "<!DOCTYPE div [<!ENTITY x \"y\">]><div>&x;</div>",
                "<div><![CDATA[x]]></div>",
                "<div><?php x ?></div>",
                "<div>\u0000</div>",
                "<div>1 < 2</div>",
                "<div><script>alert(1)</div>",
                "x<div>y</div>"
            })
    void aNarrativeThatIsNotWellFormedGoes(String div) {
        assertThat(narrative(div)).isNull();
        assertThat(findings.counted().dropped()).containsOnlyKeys("text-unreadable");
    }

    @Test
    void anEmptyOrTooDeepNarrativeGoes() {
        assertThat(narrative("<div> <img src=\"x\"/></div>")).isNull();
        assertThat(narrative("<div>".repeat(100) + "x" + "</div>".repeat(100))).isNull();
        assertThat(findings.counted().dropped()).isEqualTo(Map.of("nothing-left", 1, "text-unreadable", 1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <div>JZeb<img src="x"/>ulon</div>           | JZeb ulon
            <div>JZeb<img src="x"/><b>ulon</b></div>    | JZeb<b> ulon</b>
            <div>JZeb<style>x</style>ulon</div>         | JZeb ulon
            <div>JZeb<img src="x"/>­ulon</div>     | JZeb ­ulon
            <div>JZeb <img src="x"/>ulon</div>          | JZeb ulon
            <div>Zeb<img src="x"/>ulon</div>            | [name]
            <div>a<img src="x"/><p>b</p></div>          | a<p>b</p>
            """)
    void whatIsLeftOutDoesNotJoinTwoWords(String div, String left) {
        assertThat(narrative(div).replace('\n', ' '))
                .isEqualTo("<div xmlns=\"http://www.w3.org/1999/xhtml\">" + left + "</div>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text/plain                         | Zebulon, 4      | [name], 4
            text/plain; charset=ISO-8859-1     | Renée é         | [name] é
            TEXT/Markdown;charset="utf-8"      | **Zebulon**     | **[name]**
            text/html                          | <HTML><head><title>Zebulon</title></head><body onload=x>Hi<p>Zebulon<p>&nbsp;AT & T<script>"Zebulon"</script></body> | Hi<p>[name]</p><p>\u00a0AT &amp; T</p>
            """)
    void looksIntoAttachments(String type, String content, String masked) {
        var charset = type.contains("8859") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
        String data =
                masker().attachment(Base64.getMimeEncoder().encodeToString(content.getBytes(charset)), type, findings);
        assertThat(data).isNotNull();
        assertThat(new String(Base64.getDecoder().decode(data), charset)).isEqualTo(masked);
    }

    @ParameterizedTest
    @CsvSource({
        "application/pdf, JVBERi0xLjcK, type-not-looked-into",
        "image/png, iVBORw0KGgo=, type-not-looked-into",
        "application/dicom, AAAA, type-not-looked-into",
        "text/rtf, e1xydGYx, type-not-looked-into",
        "application/gzip, H4sIAAAA, type-not-looked-into",
        ", aGVsbG8=, type-not-looked-into",
        "text/plain; charset=utf-7, aGVsbG8=, type-not-looked-into",
        "text/plain, ***, text-unreadable",
        "text/plain, H4sIAAAAAAAA, text-unreadable",
        "text/plain, gICA, text-unreadable",
        "text/plain, AGhlbGxv, text-unreadable",
        "text/html, PGRpdiBhPSJ4, text-unreadable"
    })
    void anAttachmentThatCannotBeLookedIntoGoes(@Nullable String type, String data, String reason) {
        assertThat(masker().attachment(data, type, findings)).isNull();
        assertThat(findings.counted().dropped()).containsExactly(Map.entry(reason, 1));
    }

    @Test
    void nothingGoesOutWhereNothingIsKnownOrNotAll() {
        for (TextDropped reason : TextDropped.values()) {
            TextMasker closed = TextMasker.closed(reason);
            assertThat(closed.plain("fine", findings)).isNull();
            assertThat(closed.narrative("<div>fine</div>", findings)).isNull();
            assertThat(closed.attachment("aGVsbG8=", "text/plain", findings)).isNull();
        }
        assertThat(findings.counted().dropped()).containsEntry("subject-unknown", 3);
        Identifiers tooMany = Identifiers.of(PATIENT.values(), new TextLimits(1, 2, 64, 1));
        assertThat(TextMasker.of(tooMany, TextLimits.DEFAULT).plain("fine", findings))
                .isNull();
        assertThat(findings.counted().dropped()).containsEntry("identifiers-over-limit", 4);
    }

    @Test
    void aTextBeyondTheLimitGoes() {
        TextMasker short8 = TextMasker.of(PATIENT, new TextLimits(8, 64, 64, 64));
        assertThat(short8.plain("12345678", findings)).isEqualTo("[number]");
        assertThat(short8.plain("123456789", findings)).isNull();
        assertThat(short8.narrative("<div>1</div>", findings)).isNull();
        assertThat(short8.attachment(base64("123456789"), "text/plain", findings))
                .isNull();
        assertThat(short8.attachment(base64("1".repeat(900)), "text/plain", findings))
                .isNull();
        assertThat(findings.counted().dropped()).containsExactly(Map.entry("text-too-long", 4));
    }

    @Test
    void countsWhatItFindsAndNeverSaysIt() {
        plain("Zebulon Quackenbush, 617-555-0142");
        assertThat(findings.counted())
                .isEqualTo(new TextFindings(new TreeMap<>(Map.of("name", 2, "phone", 1)), new TreeMap<>()));
        assertThat(PATIENT.toString() + PATIENT.values()).doesNotContain("Quackenbush");
    }

    /**
     * P10: what would make a backtracking search explode is nothing here. Eight times the text takes eight times the work of
     * this thread, whatever else the machine does meanwhile; of a square it would take 64 times.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a", "@", "a@", "1", "1-", "&", "&#", "<", "<!--", "<b", "%4", "Zebulo", "a/", "www.", "http://", "\\u",
                "'", "(1"
            })
    void costIsLinear(String part) {
        long least = TimeUnit.MILLISECONDS.toNanos(100); // so little is a warm-up, no measure
        long some = workNanos(part.repeat(12_500 / part.length()));

        assertThat(workNanos(part.repeat(100_000 / part.length())))
                .as("nanoseconds, after " + some)
                .isLessThan(24 * Math.max(least, some));
    }

    /** Processor time of this thread. */
    private long workNanos(String text) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        masker().plain(text, findings);
        masker().narrative("<div>" + text + "</div>", findings);
        masker().attachment(base64(text), "text/html", findings);
        return threads.getCurrentThreadCpuTime() - start;
    }

    private @Nullable String plain(String text) {
        return masker().plain(text, findings);
    }

    private @Nullable String narrative(String div) {
        return masker().narrative(div, findings);
    }

    private static TextMasker masker() {
        return TextMasker.of(PATIENT, TextLimits.DEFAULT);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
