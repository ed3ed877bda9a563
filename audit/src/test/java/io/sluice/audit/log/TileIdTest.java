package io.sluice.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileIdTest {
    @Test
    void spellsPathsAsTheSpecificationDoes() {
        assertThat(new TileId(0, 1_234_067, 256).path()).isEqualTo("tile/0/x001/x234/067");
        assertThat(new TileId(2, 0, 1).path()).isEqualTo("tile/2/000.p/1");
        assertThat(new TileId(TileId.ENTRIES, 273, 112).path()).isEqualTo("tile/entries/273.p/112");
    }

    @Test
    void knowsTheTilesOfATree() {
        // C2SP tlog-tiles: 70,000 entries are 273 full + p/112, 1 full + p/17, p/1
        assertThat(TileId.inTree(0, 272, 70_000)).contains(new TileId(0, 272, 256));
        assertThat(TileId.inTree(0, 273, 70_000)).contains(new TileId(0, 273, 112));
        assertThat(TileId.inTree(0, 274, 70_000)).isEmpty();
        assertThat(TileId.inTree(1, 1, 70_000)).contains(new TileId(1, 1, 17));
        assertThat(TileId.inTree(2, 0, 70_000)).contains(new TileId(2, 0, 1));
        assertThat(TileId.inTree(3, 0, 70_000)).isEmpty();
        assertThat(TileId.inTree(0, 1, 256)).isEmpty();
    }

    @Test
    void readsEveryPathItSpells() {
        long seed = 3;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            TileId id = new TileId(
                    random.nextInt(9) - 1, random.nextLong() >>> (9 + random.nextInt(54)), 1 + random.nextInt(256));
            assertThat(TileId.parse(id.path())).contains(id);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tile/0/0",
                "tile/0/0000",
                "tile/00/000",
                "tile/8/000",
                "tile/0/x000/001",
                "tile/0/x001",
                "tile/0/001.p/0",
                "tile/0/001.p/256",
                "tile/0/001.p/01",
                "tile/0/001.p/",
                "tile/0/001.p",
                "tile/0/../000",
                "tile/entries/x00a/000",
                "tile//000",
                "/tile/0/000",
                "tile/0/000/",
                "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
                "tile/0/\u0661\u0661\u0661",
                "tile/0/000\n"
            })
    void readsNoOtherSpelling(String path) {
        assertThat(TileId.parse(path)).isEmpty();
    }
}
