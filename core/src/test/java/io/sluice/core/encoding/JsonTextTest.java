package io.sluice.core.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    private static final int ROUNDS = 60_000;
    private static final String[] TEXTS = {
        "{\"a\":[1,-2.50,0,-0,\"x\\u00e9\\n\\\"y\"],\"b\":{\"c\":null,\"d\":true},\"é\":\"\ud83d\ude00\",\"long name\":false}",
        " [ false , { } , [ ] , \"\\ud83d\\ude00\" , 1E-2, 12345678901234567890, 0.1 ] ",
        "{\"id\":\"order-1\",\"aa\":{\"aa\":1,\"ab\":{\"aa\":2}},\"ab\":[{\"aa\":1},{\"aa\":1}],\"name\":\"Åse Blåbær Østgård\"}",
        "{\"\":\"\",\"a\":\"12345678\",\"b\":\"123456789012345\",\"12345678\":1,\"123456789\":[[[[\"\\\\\"]]]]}",
    };
    private static final String ALPHABET = "\"\\{}[]:,  \n\t01-9.eEua/+tfn\u0000\u001f\u007fdé\ud83d\ude00";

    /** What has an outline is what the strict reader takes, and the same tree: two readings would be a way around the policy. */
    @Test
    void hasAnOutlineOnlyOfWhatTheStrictReaderReadsAlike() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int outlined = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] text = mutated(TEXTS[random.nextInt(TEXTS.length)].getBytes(UTF_8), random);
            JsonOutline outline = JsonOutline.of(text);
            if (outline != null) {
                outlined++;
                String what = "seed " + seed + ": " + new String(text, UTF_8);
                JsonNode strict = StrictJson.read(text); // throws where it takes less
                JsonText read = JsonText.read(text);
                assertThat(read.tree()).as(what).isEqualTo(strict);
                assertThat(read.tree().toString()).as(what).isEqualTo(strict.toString());
                assertThat(read.wholeTree()).as(what).isEqualTo(strict);
            }
        }
        assertThat(outlined).isBetween(ROUNDS / 20, ROUNDS / 2);
    }

    private static byte[] mutated(byte[] text, Random random) {
        byte[] result = text;
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(result.length);
            int end = at + random.nextInt(Math.min(12, result.length - at) + 1);
            result = switch (random.nextInt(4)) {
                case 0 -> spliced(result, at, end, new byte[0]);
                case 1 -> spliced(result, at, at, Arrays.copyOfRange(result, at, end));
                case 2 -> spliced(result, at, at + 1, new byte[] {(byte) random.nextInt(256)});
                default -> {
                    int c = random.nextInt(ALPHABET.length());
                    yield spliced(
                            result,
                            at,
                            at + random.nextInt(2),
                            ALPHABET.substring(c, Math.min(ALPHABET.length(), c + 1 + random.nextInt(2)))
                                    .getBytes(UTF_8));
                }
            };
            if (result.length == 0) {
                return result;
            }
        }
        return result;
    }

    private static byte[] spliced(byte[] text, int from, int end, byte[] between) {
        byte[] result = Arrays.copyOf(text, text.length - (end - from) + between.length);
        System.arraycopy(between, 0, result, from, between.length);
        System.arraycopy(text, end, result, from + between.length, text.length - end);
        return result;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[\"\"]",
                " \t\r\n{ \"a\" : [ 1 , 2.5 , -3 ] } ",
                "{\"a\":\"\\u00e9\\b\\f\\n\\r\\t\\/\\\\\\\"\"}",
                "{\"é\":\"\ud83d\ude00\",\"e\":\"\u007f\"}",
                "[true,false,null,0,-0,0.0,99999999999999999999]",
            })
    void outlinesWhatIsUsual(String text) throws Exception {
        byte[] bytes = text.getBytes(UTF_8);

        assertThat(JsonOutline.of(bytes)).isNotNull();
        assertThat(JsonText.read(bytes).tree()).isEqualTo(StrictJson.read(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "\"a\"",
                "[1e2]",
                "[1E+2]",
                "{\"\\u0061\":1}",
                "[\"\\ud83d\\ude00\"]",
                "[\"\\ud83d\"]",
                "[123456789012345678901234567890123]",
            })
    void leavesToTheStrictReaderWhatIsUnusual(String text) throws Exception {
        byte[] bytes = text.getBytes(UTF_8);

        assertThat(JsonOutline.of(bytes)).isNull();
        assertThat(JsonText.read(bytes).tree()).isEqualTo(StrictJson.read(bytes));
    }

    @Test
    void findsADuplicateWhereverItStandsAmongManyNames() throws Exception {
        for (int members = 1; members <= 70; members++) {
            StringBuilder object = new StringBuilder("{");
            for (int i = 0; i < members; i++) {
                object.append("\"n").append(i * 7919).append("\":{\"a\":[1,{\"n0\":0}],\"n7919\":2},");
            }
            String distinct = object + "\"last\":1}";
            assertThat(JsonText.read(distinct.getBytes(UTF_8)).tree()).hasSize(members + 1);
            assertThat(JsonOutline.of(distinct.getBytes(UTF_8)) == null)
                    .isEqualTo(members + 1 > OutlineScanner.MAX_MEMBERS);
            for (int i = 0; i < members; i++) {
                byte[] twice = (object + "\"n" + i * 7919 + "\":1}").getBytes(UTF_8);
                assertThatThrownBy(() -> JsonText.read(twice)).hasMessageContaining("twice");
            }
        }
    }

    @Test
    void limitsDepthAsTheStrictReaderDoes() throws Exception {
        for (int depth : new int[] {StrictJson.MAX_DEPTH, StrictJson.MAX_DEPTH + 1, 100_000}) {
            byte[] arrays = ("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8);
            byte[] objects = ("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(UTF_8);
            boolean fits = depth <= StrictJson.MAX_DEPTH;

            assertThat(JsonOutline.of(arrays) != null).isEqualTo(fits);
            assertThat(JsonOutline.of(objects) != null).isEqualTo(fits);
            if (fits) {
                assertThat(JsonText.read(objects).tree()).isEqualTo(StrictJson.read(objects));
            } else {
                assertThatThrownBy(() -> JsonText.read(objects)).hasMessageContaining("deeper");
            }
        }
    }

    @Test
    void treesOfOutlinesAreAskedAsOthersAndNotChanged() throws Exception {
        String text =
                "{\"customer\":{\"id\":\"C-1\",\"n\":7},\"lines\":[{\"sku\":\"a\"},{\"sku\":\"\\u0062\"}],\"Ø\":2.5}";
        JsonNode tree = JsonText.read(text.getBytes(UTF_8)).tree();

        assertThat(tree.at(JsonPointer.compile("/customer/id")).textValue()).isEqualTo("C-1");
        assertThat(tree.at(JsonPointer.compile("/customer/n")).intValue()).isEqualTo(7);
        assertThat(tree.at(JsonPointer.compile("/lines/1/sku")).textValue()).isEqualTo("b");
        assertThat(tree.at("/lines/2").isMissingNode()).isTrue();
        assertThat(tree.at("/lines/-1").isMissingNode()).isTrue();
        assertThat(tree.at("/customer/i").isMissingNode()).isTrue();
        assertThat(tree.get("Ø").decimalValue()).isEqualTo("2.5");
        assertThat(tree.has("id")).isFalse();
        assertThat(tree.deepCopy().toString()).isEqualTo(text.replace("\\u0062", "b"));
        assertThatThrownBy(() -> ((ObjectNode) tree).put("a", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "\u00e9\ud83d\ude00e",
                "\\u00e9\\u20AC\\ufffd",
                "\\n\\\"\\\\\\/u\\t\\r\\b\\f",
                "a\\u0000\\u007F\\u0080\\u07ff\\u0800\u00e9",
            })
    void countsCodePoints(String text) throws Exception {
        JsonOutline outline = outline("[\"" + text + "\"]");
        String decoded = StrictJson.read(outline.bytes()).get(0).textValue();
        int value = outline.first(JsonOutline.ROOT);

        assertThat(outline.text(value)).isEqualTo(decoded);
        assertThat(outline.codePoints(value)).isEqualTo(decoded.codePointCount(0, decoded.length()));
    }

    @Test
    @Timeout(30)
    void walksALongArrayOnce() throws Exception {
        int elements = 400_000;
        byte[] array = ("[" + "true,".repeat(elements - 1) + "true]").getBytes(UTF_8);
        assertThat(JsonOutline.of(array)).isNotNull();
        int count = 0;
        for (JsonNode element : JsonText.read(array).tree()) {
            count += element.booleanValue() ? 1 : 0;
        }
        assertThat(count).isEqualTo(elements);
    }

    @Test
    void namesAndTextsAreFoundAmongWords() {
        List<String> all = List.of("", "a", "b", "customer", "quantity", "aVeryLongNameOfAMember", "Øre", "quantity2");
        Words words = Words.of(all);
        for (String word : all) {
            JsonOutline inTheMiddle = outline("{\"" + word + "\":\"" + word + "\",\"other\":[1,2,3,4,5,6,7,8,9]}");
            int name = inTheMiddle.first(JsonOutline.ROOT);
            assertThat(inTheMiddle.nameIn(name, words)).isEqualTo(all.indexOf(word));
            assertThat(inTheMiddle.textIn(inTheMiddle.value(name), words)).isEqualTo(all.indexOf(word));

            JsonOutline atTheEnd = outline("[\"" + word + "\"]");
            int text = atTheEnd.first(JsonOutline.ROOT);
            assertThat(atTheEnd.textIn(text, words)).isEqualTo(all.indexOf(word));
            assertThat(atTheEnd.textIn(text, Words.of(List.of(word + "x", "c"))))
                    .isEqualTo(-1);
            assertThat(atTheEnd.textIn(text, Words.of(List.of()))).isEqualTo(-1);
        }
        JsonOutline escaped = outline("[\"\\u0061\"]");
        assertThat(escaped.textIn(escaped.first(JsonOutline.ROOT), words)).isEqualTo(-1);
    }

    private static JsonOutline outline(String text) {
        return Objects.requireNonNull(JsonOutline.of(text.getBytes(UTF_8)));
    }
}
