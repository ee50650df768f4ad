package io.reliableoutbox.lab;

import io.reliableoutbox.lab.infrastructure.Choice;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The kinds of broker by the names that people type. */
final class BrokerChoice implements ITypeConverter<Choice> {
  @Override
  public Choice convert(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "rabbitmq" -> Choice.RABBITMQ;
      case "embedded" -> Choice.EMBEDDED;
      case "docker" -> Choice.DOCKER;
      default ->
          throw new TypeConversionException("'" + name + "' is none of rabbitmq, embedded, docker");
    };
  }
}
