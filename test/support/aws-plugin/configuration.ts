import { reveal, type ValueMap } from "../command-plugin/secrets";
import { type AwsClients, awsClients } from "../moto/clients";

/** What of the provider's configuration means something here. The real plugin's checks that it skips, nobody makes here. */
const KNOWN = ["accessKey", "endpoints", "region", "secretKey"];
const SKIPS = ["skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation", "skipRequestingAccountId"];
const SERVICES = ["ec2", "ssm", "autoscaling"] as const;

let configured: AwsClients | undefined;

/** The clients of the configuration that the engine gave. */
export function clients(): AwsClients {
    if (configured === undefined) {
        throw new Error("the stand-in for the AWS plugin was asked for a resource before it was configured");
    }
    return configured;
}

/**
 * Takes the configuration as the engine sends it: values of other types than text are JSON. What is not known is
 * refused, and an endpoint must be given: the stand-in was made for moto, and must never reach an account by mistake.
 */
export function configure(sent: ValueMap): void {
    const values = reveal(sent) as Readonly<Record<string, string | undefined>>;
    const unknown = Object.keys(values).filter((key) => ![...KNOWN, ...SKIPS, "version"].includes(key));
    if (unknown.length > 0) {
        throw new Error(
            `the stand-in for the AWS plugin knows the configuration ${[...KNOWN, ...SKIPS].join(", ")}, ` +
                `and was given ${unknown.join(", ")}. Leave it out.`,
        );
    }
    const { accessKey = process.env["AWS_ACCESS_KEY_ID"], secretKey = process.env["AWS_SECRET_ACCESS_KEY"] } = values;
    configured = awsClients({
        region: values["region"] ?? process.env["AWS_REGION"] ?? missing("a region", "aws:region", "AWS_REGION"),
        endpoint: endpointsOf(values["endpoints"]),
        ...(accessKey !== undefined && { accessKey }),
        ...(secretKey !== undefined && { secretKey }),
    });
}

function endpointsOf(json: string | undefined): string | Record<(typeof SERVICES)[number], string> {
    const [given = {}] = JSON.parse(json ?? "[]") as Record<string, string>[];
    const of = (service: string) =>
        given[service] ??
        process.env["AWS_ENDPOINT_URL"] ??
        missing(`an endpoint of ${service}`, "aws:endpoints", "AWS_ENDPOINT_URL");
    return { ec2: of("ec2"), ssm: of("ssm"), autoscaling: of("autoscaling") };
}

function missing(what: string, key: string, variable: string): never {
    throw new Error(
        `the stand-in for the AWS plugin needs ${what}: set it in the stack's configuration (${key}) or in ${variable}.`,
    );
}
