package io.sluice.audit.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlTest {
    private static String markup(Html.Element html) {
        return new String(Html.page(html), StandardCharsets.UTF_8).substring("<!doctype html>".length());
    }

    @Test
    void escapesTextAndAttributes() {
        assertThat(markup(Html.of("p", "<b>&\"'", 7).with("title", "\"><script>")))
                .isEqualTo("<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&quot;&#39;7</p>");
        assertThat(markup(Html.of("p", "a\u0000b\u001bc"))).isEqualTo("<p>a\uFFFDb\uFFFDc</p>");
        assertThat(markup(Html.of("input").with("value", "x"))).isEqualTo("<input value=\"x\">");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "https://example.org/",
                "//example.org/",
                "data:text/html,x",
                "",
                "console/",
                "/\\example.org"
            })
    void linksStayWithinTheServer(String address) {
        assertThatThrownBy(() -> Html.link(address, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsNoElementOrAttributeThatRunsAnything() {
        for (String name : new String[] {"iframe", "object", "style", "img", "p onclick=x", "P", ""}) {
            assertThatThrownBy(() -> Html.of(name, "x")).as(name).isInstanceOf(IllegalArgumentException.class);
        }
        for (String attribute : new String[] {"onclick", "style", "formaction", "srcdoc", "x y"}) {
            assertThatThrownBy(() -> Html.of("p").with(attribute, "x"))
                    .as(attribute)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Html.of("script", "alert(1)")).isInstanceOf(IllegalArgumentException.class);
    }
}
