package io.sluice.protection.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protection.Rounds;
import io.sluice.protection.text.Identifier.Kind;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Whatever markup goes in, well-formed markup comes out, of known elements, by the word of the JDK's parser; or none. */
class MarkupPropertyTest {
    private static final int ROUNDS = Rounds.of(10_000);

    private static final String[] PARTS = {
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<li>",
        "<ul>",
        "</ul>",
        "<td colspan=\"2\">",
        "<tr>",
        "<table border=1>",
        "</table>",
        "<br/>",
        "<br>",
        "</br>",
        "<img src=\"x\" onerror=\"y\"/>",
        "<script>",
        "</script>",
        "<style>",
        "<!--",
        "-->",
        "<a href='javascript:x'>",
        "</a>",
        "<svg><circle/>",
        "</svg>",
        "<p align=\"center\" onclick='x'>",
        "<?x?>",
        "<!DOCTYPE x>",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&lt;script&gt;",
        "&#74;",
        "&#0;",
        "&nbsp;",
        "&bogus;",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "/>",
        "=",
        "Zebulon",
        "Zeb",
        "ulon",
        " ",
        "text",
        "\u00ad",
        "<textarea>",
        "<title>",
        "</title>",
        "<x:y>",
        "<P CLASS=Q>",
        "\uD83D\uDE00"
    };

    private static final Set<String> NEVER =
            Set.of("script", "style", "img", "a", "svg", "circle", "textarea", "title", "iframe", "object", "x:y");

    private static final Set<String> BLOCKS = Set.of("div", "p", "ul", "li", "table", "tr", "td", "br");

    @Test
    void comesBackWellFormedOrNotAtAll() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        parser.setErrorHandler(null);
        TextMasker masker = TextMasker.of(
                Identifiers.of(List.of(new Identifier(Kind.NAME, "Zebulon")), TextLimits.DEFAULT), TextLimits.DEFAULT);
        int narratives = 0;
        int documents = 0;
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder in = new StringBuilder(round % 2 == 0 ? "<div>" : "");
            for (int i = random.nextInt(9); i >= 0; i--) {
                in.append(PARTS[random.nextInt(PARTS.length)]);
            }
            String text = in.append(round % 2 == 0 ? "</div>" : "").toString();
            String as = "seed " + seed + ", round " + round + ": " + text;
            String narrative = masker.narrative(text, new Findings());
            if (narrative != null) {
                narratives++;
                check(parser, narrative, as);
                assertThat(narrative).as(as).startsWith("<div xmlns=\"http://www.w3.org/1999/xhtml\"");
            }
            String html = masker.attachment(
                    Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)),
                    "text/html",
                    new Findings());
            if (html != null) {
                documents++;
                check(
                        parser,
                        "<root>" + new String(Base64.getDecoder().decode(html), StandardCharsets.UTF_8) + "</root>",
                        as);
            }
        }
        assertThat(narratives).isGreaterThan(ROUNDS / 50);
        assertThat(documents).isGreaterThan(ROUNDS / 10);
    }

    private static void check(DocumentBuilder parser, String xml, String as) {
        Element root;
        try {
            root = parser.parse(new InputSource(new StringReader(xml))).getDocumentElement();
        } catch (Exception e) {
            throw new AssertionError(as + " -> " + xml, e);
        }
        StringBuilder shown = new StringBuilder();
        show(root, shown);
        assertThat(shown.toString()).as(as + " -> " + xml).doesNotContain("Zebulon");
        elements(root, as + " -> " + xml);
    }

    /** As a browser does: what stands in a block, or behind a break, is apart from what stands before it. */
    private static void show(Node node, StringBuilder shown) {
        if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
            shown.append(node.getNodeValue());
            return;
        }
        String edge = BLOCKS.contains(node.getNodeName()) ? "\n" : "";
        shown.append(edge);
        NodeList children = node.getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            show(children.item(i), shown);
        }
        shown.append(edge);
    }

    private static void elements(Node node, String as) {
        assertThat(NEVER).as(as).doesNotContain(node.getNodeName());
        NamedNodeMap attributes = node.getAttributes();
        for (int i = 0; attributes != null && i < attributes.getLength(); i++) {
            assertThat(attributes.item(i).getNodeName()).as(as).isIn("xmlns", "colspan", "border", "align");
        }
        NodeList children = node.getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            elements(children.item(i), as);
        }
    }
}
