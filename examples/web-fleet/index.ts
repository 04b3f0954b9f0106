import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TunedLaunchTemplate } from "pulumi-tcp-tuning/aws";

const config = new pulumi.Config();
const vpcId = config.require("vpcId");
const subnetIds = config.requireObject<string[]>("subnetIds");
const size = config.requireNumber("size");

const anywhere = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const front = new aws.ec2.SecurityGroup("front", {
    vpcId,
    egress: [anywhere],
    ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }],
});
const back = new aws.ec2.SecurityGroup("back", {
    vpcId,
    egress: [anywhere],
    ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, securityGroups: [front.id] }],
});

const balancer = new aws.lb.LoadBalancer("web", { subnets: subnetIds, securityGroups: [front.id] });
const servers = new aws.lb.TargetGroup("web", {
    vpcId,
    port: 80,
    protocol: "HTTP",
    healthCheck: { path: "/", interval: 10 },
});
new aws.lb.Listener("http", {
    loadBalancerArn: balancer.arn,
    port: 80,
    defaultActions: [{ type: "forward", targetGroupArn: servers.arn }],
});

const debian = aws.ssm.getParameterOutput({ name: "/aws/service/debian/release/12/latest/amd64" });
const cloudConfig = `#cloud-config
write_files:
  - path: /etc/nginx/sites-enabled/default
    content: server { listen 80 backlog=16384; root /var/www/html; }
packages: [nginx-light]
`;

const template = new TunedLaunchTemplate("web", {
    imageId: debian.value,
    instanceType: "t3.small",
    vpcSecurityGroupIds: [back.id],
    metadataOptions: { httpTokens: "required" },
    userData: Buffer.from(cloudConfig).toString("base64"),
    tuning: {
        profile: "modern",
        accept: { "SOMAX-APP": "nginx listens with backlog=16384" },
        // An instance that is not as wanted goes off, and the load balancer's health check has it replaced.
        onFailure: "poweroff",
    },
});

export const group = new aws.autoscaling.Group("web", {
    minSize: size,
    maxSize: size * 2,
    // `up` waits for them, and fails when they do not come to answer.
    minElbCapacity: size,
    vpcZoneIdentifiers: subnetIds,
    targetGroupArns: [servers.arn],
    healthCheckType: "ELB",
    healthCheckGracePeriod: 180,
    // A number, not "$Latest": another tuning makes another version, and so an instance refresh.
    launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
    // Goes on behind `up`; one whose instances do not become healthy goes back to the former version.
    instanceRefresh: {
        strategy: "Rolling",
        preferences: { minHealthyPercentage: 90, instanceWarmup: "180", autoRollback: true },
    },
}).name;
export const url = pulumi.interpolate`http://${balancer.dnsName}`;
export const settings = template.tuning.settings;
