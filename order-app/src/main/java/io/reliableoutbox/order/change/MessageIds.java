package io.reliableoutbox.order.change;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * UUIDv7: unique without asking anyone, and close in time means close in the index, so that inserts
 * touch few pages. The order they sort in is a convenience; nothing rests on it.
 */
@Component
public class MessageIds {
  private final NoArgGenerator generator = Generators.timeBasedEpochGenerator();

  /** A new one. */
  public UUID next() {
    return generator.generate();
  }
}
