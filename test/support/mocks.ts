import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registered it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

/** Runs programs without an engine; every resource that they register is in the returned list. */
export async function mockEngine(
    outputs: (registered: Registered) => Record<string, unknown> = () => ({}),
): Promise<Registered[]> {
    const registered: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                registered.push({ type, name, inputs });
                return { id: `${name}-id`, state: { ...inputs, ...outputs({ type, name, inputs }) } };
            },
            call: ({ inputs }) => inputs,
        },
        "shop",
        "prod",
    );
    return registered;
}

/** The value of an Output. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise((resolve) => output.apply(resolve));
}
