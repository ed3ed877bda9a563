package io.sluice.protection.seal;

import static io.sluice.protection.seal.SealFixtures.event;
import static io.sluice.protection.seal.SealFixtures.headers;
import static io.sluice.protection.seal.SealFixtures.tags;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.audit.ReasonCode;
import io.sluice.protection.keys.FakeKms;
import io.sluice.protection.keys.Reach;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The KMS goes away and comes back: sealing and opening work on up to their limit, then fail closed, then recover. */
class OutageTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final FakeKms kms = new FakeKms();
    private final AtomicLong nanos = new AtomicLong();
    private final Reach reach = new Reach(() -> kms.has("keyring"), LIMIT, nanos::get, Runnable::run);
    private final Sealer sealer = new Sealer(kms, reach, SealFixtures.TENANT, new SecureRandom(), null);
    private final Opener opener = new Opener(
            (name, wrapped) -> kms.unwrap(name, wrapped, SealForm.wrapBinding(SealFixtures.TENANT)),
            SealFixtures.TENANT,
            UnwrapLimits.DEFAULT,
            nanos::get);

    @Test
    void theSealerWorksOnUpToTheLimitThenRefusesThenRecovers() {
        sealer.seal(tags(), event());
        kms.switchOff(true);
        after(LIMIT);
        sealer.seal(tags(), event());
        assertThat(sealer.keyUses()).isEqualTo(2);
        assertThat(sealer.keyAge()).isPositive();
        assertThat(sealer.kmsUnheard()).isEqualTo(LIMIT);
        after(Duration.ofSeconds(1));
        assertThatThrownBy(() -> sealer.seal(tags(), event()))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("outageLimit");

        kms.switchOff(false);
        after(Duration.ofSeconds(1));
        assertThatThrownBy(() -> sealer.seal(tags(), event())).isInstanceOf(SealException.class); // it asks meanwhile
        assertThat(opened(sealer.seal(tags(), event()))).isInstanceOf(Opened.Open.class);
    }

    @Test
    void theOpenerWorksOnUpToTheLifeOfItsKeysThenSaysThatTheyAreUnavailableThenRecovers() {
        SealedEvent sealed = sealer.seal(tags(), event());
        assertThat(opened(sealed)).isInstanceOf(Opened.Open.class);
        kms.switchOff(true);
        after(UnwrapLimits.DEFAULT.keyLife().minusSeconds(1));
        assertThat(opened(sealed)).isInstanceOf(Opened.Open.class);
        after(Duration.ofSeconds(2));
        assertThat(opened(sealed)).isEqualTo(new Opened.Refused(ReasonCode.KEY_UNAVAILABLE));

        kms.switchOff(false);
        after(UnwrapLimits.DEFAULT.unknownLife());
        assertThat(opened(sealed)).isInstanceOf(Opened.Open.class);
    }

    @Test
    void withoutTheKmsNoFirstKeyIsMade() {
        kms.switchOff(true);
        assertThatThrownBy(() -> sealer.seal(tags(), event())).isInstanceOf(SealException.class);
        kms.switchOff(false);
        assertThat(opened(sealer.seal(tags(), event()))).isInstanceOf(Opened.Open.class);
    }

    private Opened opened(SealedEvent sealed) {
        return opener.open(sealed.key(), headers(sealed), sealed.value());
    }

    private void after(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
