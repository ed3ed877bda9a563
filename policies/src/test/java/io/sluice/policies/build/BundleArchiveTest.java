package io.sluice.policies.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.policies.Shipped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive from elsewhere is plain files within limits, or refused before anything of it is used (promise P10). */
class BundleArchiveTest {
    private static final int BLOCK = 512;

    @Test
    void readsWhatItWrote() throws Exception {
        SortedMap<String, byte[]> files = new TreeMap<>();
        files.put(".manifest", "{}".getBytes(StandardCharsets.UTF_8));
        files.put("rego/sluice/release.rego", new byte[0]);
        files.put("policy.wasm", new byte[BLOCK]);

        SortedMap<String, byte[]> read = BundleArchive.read(BundleArchive.write(files));

        assertThat(read.keySet()).isEqualTo(files.keySet());
        read.forEach((name, content) -> assertThat(content).as(name).isEqualTo(files.get(name)));
        assertThat(BundleArchive.write(read)).isEqualTo(BundleArchive.write(files));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../data.json",
                "/../data.json",
                "//etc/passwd",
                "rego/../../x.rego",
                "rego/./x.rego",
                "rego//x.rego",
                "rego/",
                "",
                ".",
                "..",
                ".hidden",
                "rego\\x.rego",
                "c:x",
                "data.json\n",
                "DATA.JSON",
                "dat\u00e4.json"
            })
    void aNameThatIsNoPlainRelativePathIsRefused(String name) {
        assertRefused(gzip(entry(name, '0', 2, "{}"), end()), "not a plain relative path");
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', '4', '5', '6', '7', 'L', 'K', 'x', 'g', 'S'})
    void whatIsNoRegularFileIsRefused(char type) {
        assertRefused(gzip(entry("data.json", type, 0, ""), end()), "no regular file");
    }

    @Test
    void aNameTwiceIsRefusedWithAndWithoutItsSlash() {
        assertRefused(gzip(entry("data.json", '0', 2, "{}"), entry("data.json", '0', 2, "{}"), end()), "twice");
        assertRefused(gzip(entry("data.json", '0', 2, "{}"), entry("/data.json", '0', 2, "{}"), end()), "twice");
    }

    @Test
    void aNameThatGoesOnInThePrefixFieldIsRefused() {
        byte[] entry = entry("data.json", '0', 2, "{}");
        entry[345] = 'x';
        assertRefused(gzip(checked(entry), end()), "longer than");
    }

    @Test
    void aBombIsRefusedBeforeItIsUnpacked() {
        byte[] zeros = new byte[BundleArchive.MAX_CONTENT_BYTES + BLOCK];
        byte[] bomb = gzip(entry("data.json", '0', BundleArchive.MAX_CONTENT_BYTES + 1, ""), zeros, end());
        assertThat(bomb.length).isLessThan(BundleArchive.MAX_ARCHIVE_BYTES);
        assertRefused(bomb, "unpacks to more than");

        byte[] half = new byte[BundleArchive.MAX_CONTENT_BYTES / 2 + BLOCK];
        byte[] first = entry("a", '0', half.length, "");
        assertRefused(gzip(first, half, entry("b", '0', half.length, ""), half, end()), "unpacks to more than");
    }

    @Test
    void tooManyFilesAndTooManyBytesAreRefused() {
        byte[][] blocks = new byte[BundleArchive.MAX_FILES + 2][];
        for (int i = 0; i <= BundleArchive.MAX_FILES; i++) {
            blocks[i] = entry("f" + i, '0', 0, "");
        }
        blocks[blocks.length - 1] = end();
        assertRefused(gzip(blocks), "unpacks to more than");
        assertRefused(new byte[BundleArchive.MAX_ARCHIVE_BYTES + 1], "more than 1000000 bytes");
    }

    @Test
    void sizesThatAreNegativeBinaryOrHugeAreRefused() {
        for (String size : new String[] {
            "-0000000001", "77777777777", "\u0080\u0000\u0000\u0000\u0000\u0000\u0000\u0001", "", "0x10"
        }) {
            byte[] entry = entry("data.json", '0', 0, "");
            Arrays.fill(entry, 124, 136, (byte) 0);
            put(entry, 124, size);
            assertThatThrownBy(() -> BundleArchive.read(gzip(checked(entry), end())))
                    .as(size)
                    .isInstanceOf(ArchiveRefusedException.class);
        }
    }

    @Test
    void aDamagedHeaderIsRefused() {
        byte[] entry = entry("data.json", '0', 2, "{}");
        entry[0] ^= 1;
        assertRefused(gzip(entry, end()), "damaged");
    }

    @Test
    void whatIsCutOffOrGoesOnIsRefused() {
        assertRefused(gzip(entry("data.json", '0', 2, "{}")), "cut off");
        assertRefused(gzip(entry("data.json", '0', 2, "{}"), new byte[BLOCK]), "does not end as a tar does");
        assertRefused(
                gzip(entry("data.json", '0', 2, "{}"), end(), entry("late", '0', 0, "")), "goes on behind its end");
        assertRefused(gzip(entry("data.json", '0', 2, "{}"), new byte[BLOCK * 64]), "does not end as a tar does");
        assertRefused(new byte[0], "no gzipped tar");
    }

    /** Every cut of a real bundle is refused, and every flipped bit of its head. */
    @Test
    void aRealBundleIsReadWholeOrNotAtAll() throws Exception {
        byte[] archive = Shipped.built().archive();
        assertThat(BundleArchive.read(archive)).containsKeys("policy.wasm", "data.json", ".manifest");
        for (int length = 0; length < archive.length; length += 1 + archive.length / 60) {
            byte[] cut = Arrays.copyOf(archive, length);
            assertThatThrownBy(() -> BundleArchive.read(cut)).isInstanceOf(ArchiveRefusedException.class);
        }
    }

    private static void assertRefused(byte[] archive, String reason) {
        assertThatThrownBy(() -> BundleArchive.read(archive))
                .isInstanceOf(ArchiveRefusedException.class)
                .hasMessageContaining(reason);
    }

    private static byte[] entry(String name, char type, int size, String content) {
        int padded = (content.length() + BLOCK - 1) / BLOCK * BLOCK;
        byte[] entry = new byte[BLOCK + padded];
        put(entry, 0, name);
        put(entry, 100, "0000644");
        put(entry, 124, String.format("%011o", size));
        entry[156] = (byte) type;
        put(entry, 257, "ustar");
        put(entry, BLOCK, content);
        return checked(entry);
    }

    private static byte[] checked(byte[] entry) {
        Arrays.fill(entry, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += entry[i] & 0xff;
        }
        put(entry, 148, String.format("%06o", sum));
        entry[154] = 0;
        return entry;
    }

    private static byte[] end() {
        return new byte[2 * BLOCK];
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }

    private static byte[] gzip(byte[]... blocks) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            for (byte[] block : blocks) {
                gzip.write(block);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }
}
