package io.sluice.core.rulebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PatternsAtTest {
    private static final List<FieldPattern> PATTERNS = Stream.of(
                    "/identifier/[type.coding.code=SS]/value",
                    "/identifier/*/value",
                    "/identifier/**",
                    "/value[x]",
                    "/name/**",
                    "/name/0/family",
                    "/a~1b",
                    "/**")
            .map(FieldPattern::parse)
            .toList();

    @Test
    void aPredicateCannotBeDecidedAndStays() {
        assertThat(at("/identifier/2/value"))
                .containsExactly("/identifier/[type.coding.code=SS]/value", "/identifier/*/value");
    }

    @Test
    void thePlaceDecidesBetweenTheOthers() {
        assertThat(at("/identifier/2/system")).containsExactly("/identifier/**");
        assertThat(at("/name/0/family")).containsExactly("/name/0/family");
        assertThat(at("/name/1/family")).containsExactly("/name/**");
        assertThat(at("/valueQuantity")).containsExactly("/value[x]");
        assertThat(at("/values")).containsExactly("/**");
        assertThat(at("/a~1b")).containsExactly("/a~1b");
    }

    @Test
    void aPredicateIsOnElementsAndAStarPerhapsOnMembers() {
        assertThat(at("/identifier/first/value")).containsExactly("/identifier/*/value", "/identifier/**");
    }

    @Test
    void whatIsNoPointerIsNowhere() {
        assertThat(at("")).isEmpty();
        assertThat(at("name/0/family")).isEmpty();
        assertThat(at("/a~2b")).isEmpty();
    }

    private static List<String> at(String pointer) {
        return PatternsAt.of(PATTERNS, pointer);
    }
}
