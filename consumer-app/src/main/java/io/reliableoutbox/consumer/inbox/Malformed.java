package io.reliableoutbox.consumer.inbox;

import java.util.UUID;

/**
 * A message that can't be placed: its envelope lacks something or makes no sense.
 *
 * @param defect what is wrong with it, for people
 */
public record Malformed(UUID messageId, String type, String defect, Content content)
    implements Received {}
