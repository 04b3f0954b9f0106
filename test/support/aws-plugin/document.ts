import {
    AddTagsToResourceCommand,
    CreateDocumentCommand,
    DeleteDocumentCommand,
    DescribeDocumentCommand,
    type DocumentFormat,
    type DocumentType,
    GetDocumentCommand,
    ListTagsForResourceCommand,
    RemoveTagsFromResourceCommand,
    UpdateDocumentCommand,
    UpdateDocumentDefaultVersionCommand,
} from "@aws-sdk/client-ssm";
import { fromAws, fromTagList, resourceKind, type Tags, toTagList, unlessGone } from "./resource-kind";

interface Inputs {
    readonly name: string;
    readonly content: string;
    readonly documentFormat: DocumentFormat;
    readonly documentType: DocumentType;
    readonly schemaVersion?: string;
    readonly tags?: Tags;
    readonly targetType?: string;
    readonly versionName?: string;
}

const GONE = ["InvalidDocument"];

export const document = resourceKind<Inputs>({
    named: true,
    inputs: {
        name: { kind: "string", replaces: true },
        content: { kind: "string", required: true },
        documentFormat: { kind: "string", byDefault: "JSON" },
        documentType: { kind: "string", required: true, replaces: true },
        tags: { kind: "map" },
        targetType: { kind: "string" },
        versionName: { kind: "string" },
    },

    check({ documentType, documentFormat }) {
        return [
            ...oneOf("documentType", documentType, ["Command"]),
            ...oneOf("documentFormat", documentFormat, ["JSON", "YAML"]),
        ];
    },

    /** A document of schema 1 has no versions. */
    replaces: (changed, _wanted, is) =>
        changed.includes("content") && Number(is.schemaVersion) < 2 ? ["content"] : [],

    async create({ ssm }, inputs) {
        const { DocumentDescription } = await ssm.send(
            new CreateDocumentCommand({
                ...request(inputs),
                DocumentType: inputs.documentType,
                Tags: inputs.tags && toTagList(inputs.tags),
            }),
        );
        return DocumentDescription?.Name ?? "";
    },

    async update({ ssm }, id, wanted, changed, is) {
        if (changed.some((input) => input !== "tags")) {
            const update = new UpdateDocumentCommand({ ...request(wanted), DocumentVersion: "$LATEST" });
            const DocumentVersion = (await ssm.send(update)).DocumentDescription?.DocumentVersion;
            await ssm.send(new UpdateDocumentDefaultVersionCommand({ Name: id, DocumentVersion }));
        }
        if (changed.includes("tags")) {
            const resource = { ResourceType: "Document" as const, ResourceId: id };
            const TagKeys = Object.keys(is.tags ?? {});
            await ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys }));
            await ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: toTagList(wanted.tags) }));
        }
    },

    async read({ ssm }, id, { documentFormat }) {
        const described = (await unlessGone(ssm.send(new DescribeDocumentCommand({ Name: id })), ...GONE))?.Document;
        if (described === undefined) {
            return undefined;
        }
        const { Content } = await ssm.send(
            new GetDocumentCommand({
                Name: id,
                DocumentVersion: "$LATEST",
                DocumentFormat: documentFormat,
            }),
        );
        const tags = new ListTagsForResourceCommand({ ResourceType: "Document", ResourceId: id });
        return {
            arn: `arn:aws:ssm:${await ssm.config.region()}:${described.Owner}:document/${id}`,
            content: Content,
            createdDate: described.CreatedDate?.toISOString(),
            defaultVersion: described.DefaultVersion,
            description: described.Description,
            documentFormat: described.DocumentFormat,
            documentType: described.DocumentType,
            documentVersion: described.DocumentVersion,
            hash: described.Hash,
            hashType: described.HashType,
            latestVersion: described.LatestVersion,
            name: described.Name,
            owner: described.Owner,
            parameters: described.Parameters?.map((parameter) => fromAws(parameter) ?? {}),
            platformTypes: described.PlatformTypes,
            schemaVersion: described.SchemaVersion,
            status: described.Status,
            tags: fromTagList((await ssm.send(tags)).TagList),
            targetType: described.TargetType,
            versionName: described.VersionName,
        };
    },

    async delete({ ssm }, id) {
        await unlessGone(ssm.send(new DeleteDocumentCommand({ Name: id })), ...GONE);
    },
});

function request({ name, content, documentFormat, targetType, versionName }: Inputs) {
    return {
        Name: name,
        Content: content,
        DocumentFormat: documentFormat,
        TargetType: targetType,
        VersionName: versionName,
    };
}

function oneOf(property: string, value: string, known: readonly string[]) {
    return known.includes(value)
        ? []
        : [{ property, reason: `the stand-in for the AWS plugin knows ${known.join(" and ")}, not ${value}` }];
}
