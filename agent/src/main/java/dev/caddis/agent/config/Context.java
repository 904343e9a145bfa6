package dev.caddis.agent.config;

/// What every value needs while it is read: where to complain and what `${...}` may name.
record Context(Problems problems, Names names) {

    Context with(Names others) {
        return new Context(problems, others);
    }
}
