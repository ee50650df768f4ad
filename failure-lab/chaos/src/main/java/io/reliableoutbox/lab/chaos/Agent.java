package io.reliableoutbox.lab.chaos;

import java.lang.instrument.Instrumentation;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.matcher.ElementMatchers;

/** Decorates the methods that the settings name, as their classes are loaded. */
public final class Agent {
  private Agent() {}

  /** Called by the JVM before the app's own main method. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    Settings settings = Chaos.settings();
    AgentBuilder agent =
        new AgentBuilder.Default()
            // The default reads each class that is loaded, which costs a start seconds.
            .ignore(ElementMatchers.none())
            .with(new Complaints(Chaos.notes()));
    for (Hook hook : Hooks.of(settings)) {
      agent = agent.type(hook.type()).transform(transformer(hook));
    }
    agent.installOn(instrumentation);
    if (settings.mutant() != null) {
      Chaos.notes().line("mutant " + settings.mutant().text());
    }
  }

  private static AgentBuilder.Transformer transformer(Hook hook) {
    var decorate =
        new AgentBuilder.Transformer.ForAdvice(
                Advice.withCustomMapping().bind(Point.class, hook.name()))
            .include(Agent.class.getClassLoader())
            .advice(hook.method(), hook.decorator().getName());
    return (builder, type, loader, module, domain) -> {
      // A method that was renamed must not make a fault that never happens.
      if (type.getDeclaredMethods().filter(hook.method()).isEmpty()) {
        throw new IllegalStateException(hook.name() + " finds no method in " + type.getName());
      }
      return decorate.transform(builder, type, loader, module, domain);
    };
  }
}
