package io.sluice.custodian.erase;

import io.sluice.core.event.SubjectRef;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.ErasureOrder;
import io.sluice.custodian.Punctured;
import java.util.Collection;
import java.util.List;

/** What an erasure asks of the key trees; each call may be repeated after a crash. {@link io.sluice.custodian.Custodian} is it. */
public interface Trees {
    /** What an erasure of the subject has to reach now, in every epoch. */
    ErasureOrder order(SubjectRef subject);

    /** Makes the keys of a batch underivable, one revision for each tree. */
    List<Punctured> puncture(Collection<ErasureOrder> orders);

    /** Destroys what opens older revisions. @throws IllegalStateException before {@link Punctured#liveKeysGoneAt} */
    Destroyed destroy(Punctured punctured);
}
