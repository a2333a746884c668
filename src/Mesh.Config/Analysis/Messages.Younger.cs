using static Mesh.Config.Analysis.MessageLevel;

namespace Mesh.Config.Analysis;

/// <content>The younger half of the catalogue.</content>
internal static partial class Messages
{
    public static MessageKind IngressRouteRulesNotAffected { get; } = New(
        "IST0140", nameof(IngressRouteRulesNotAffected), Warning, "Subset in virtual service %s has no effect on ingress gateway %s requests");

    public static MessageKind InsufficientPermissions { get; } = New(
        "IST0141", nameof(InsufficientPermissions), Error, "Missing required permission to create resource %v (%v)");

    public static MessageKind UnsupportedKubernetesVersion { get; } = New(
        "IST0142", nameof(UnsupportedKubernetesVersion), Error, "The Kubernetes Version %q is lower than the minimum version: %v");

    public static MessageKind LocalhostListener { get; } = New(
        "IST0143", nameof(LocalhostListener), Error,
        "Port %v is exposed in a Service but listens on localhost. It will not be exposed to other pods.");

    public static MessageKind InvalidApplicationUid { get; } = New(
        "IST0144", "InvalidApplicationUID", Warning, "User ID (UID) 1337 is reserved for the sidecar proxy.");

    public static MessageKind ConflictingGateways { get; } = New(
        "IST0145", nameof(ConflictingGateways), Error, "Conflict with gateways %s (workload selector %s, port %s, hosts %v).");

    public static MessageKind ImageAutoWithoutInjectionWarning { get; } = New(
        "IST0146", nameof(ImageAutoWithoutInjectionWarning), Warning,
        "%s %s contains `image: auto` but does not match any Istio injection webhook selectors.");

    public static MessageKind ImageAutoWithoutInjectionError { get; } = New(
        "IST0147", nameof(ImageAutoWithoutInjectionError), Error,
        "%s %s contains `image: auto` but does not match any Istio injection webhook selectors.");

    public static MessageKind NamespaceInjectionEnabledByDefault { get; } = New(
        "IST0148", nameof(NamespaceInjectionEnabledByDefault), Info,
        "is enabled for Istio injection, as Istio is installed with enableNamespacesByDefault as true.");

    public static MessageKind JwtClaimBasedRoutingWithoutRequestAuthN { get; } = New(
        "IST0149", nameof(JwtClaimBasedRoutingWithoutRequestAuthN), Error,
        "The virtual service uses the JWT claim based routing (key: %s) but found no request authentication for the gateway (%s) pod (%s). The request authentication must first be applied for the gateway pods to validate the JWT token and make the claims available for routing.");

    public static MessageKind ExternalNameServiceTypeInvalidPortName { get; } = New(
        "IST0150", nameof(ExternalNameServiceTypeInvalidPortName), Warning,
        "Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly");

    public static MessageKind EnvoyFilterUsesRelativeOperation { get; } = New(
        "IST0151", nameof(EnvoyFilterUsesRelativeOperation), Warning,
        "This EnvoyFilter does not have a priority and has a relative patch operation set which can cause the EnvoyFilter not to be applied. Using the INSERT_FIRST of ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.");

    public static MessageKind EnvoyFilterUsesReplaceOperationIncorrectly { get; } = New(
        "IST0152", nameof(EnvoyFilterUsesReplaceOperationIncorrectly), Error,
        "The REPLACE operation is only valid for HTTP_FILTER and NETWORK_FILTER.");

    public static MessageKind EnvoyFilterUsesAddOperationIncorrectly { get; } = New(
        "IST0153", nameof(EnvoyFilterUsesAddOperationIncorrectly), Error,
        "The ADD operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.");

    public static MessageKind EnvoyFilterUsesRemoveOperationIncorrectly { get; } = New(
        "IST0154", nameof(EnvoyFilterUsesRemoveOperationIncorrectly), Error,
        "The REMOVE operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.");

    // NSTERT_BEFORE is Istio's own slip of the pen: the text is kept as users and suites know it.
    public static MessageKind EnvoyFilterUsesRelativeOperationWithProxyVersion { get; } = New(
        "IST0155", nameof(EnvoyFilterUsesRelativeOperationWithProxyVersion), Warning,
        "This EnvoyFilter does not have a priority and has a relative patch operation (NSTERT_BEFORE/AFTER, REPLACE, MERGE, DELETE) and proxyVersion set which can cause the EnvoyFilter not to be applied during an upgrade. Using the INSERT_FIRST or ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.");

    public static MessageKind UnsupportedGatewayApiVersion { get; } = New(
        "IST0156", "UnsupportedGatewayAPIVersion", Error, "The Gateway API CRD version %v is lower than the minimum version: %v");

    public static MessageKind InvalidTelemetryProvider { get; } = New(
        "IST0157", nameof(InvalidTelemetryProvider), Warning, "The Telemetry %v in namespace %q with empty providers will be ignored.");

    public static MessageKind PodsIstioProxyImageMismatchInNamespace { get; } = New(
        "IST0158", nameof(PodsIstioProxyImageMismatchInNamespace), Warning,
        "The Istio proxy images of the pods running in the namespace do not match the image defined in the injection configuration (pod names: %v). This often happens after upgrading the Istio control-plane and can be fixed by redeploying the pods.");

    public static MessageKind ConflictingTelemetryWorkloadSelectors { get; } = New(
        "IST0159", nameof(ConflictingTelemetryWorkloadSelectors), Error,
        "The Telemetries %v in namespace %q select the same workload pod %q, which can lead to undefined behavior.");

    public static MessageKind MultipleTelemetriesWithoutWorkloadSelectors { get; } = New(
        "IST0160", nameof(MultipleTelemetriesWithoutWorkloadSelectors), Error,
        "The Telemetries %v in namespace %q have no workload selector, which can lead to undefined behavior.");

    public static MessageKind InvalidGatewayCredential { get; } = New(
        "IST0161", nameof(InvalidGatewayCredential), Error,
        "The credential referenced by the Gateway %s in namespace %s is invalid, which can cause the traffic not to work as expected.");

    public static MessageKind GatewayPortNotDefinedOnService { get; } = New(
        "IST0162", nameof(GatewayPortNotDefinedOnService), Warning,
        "The gateway is listening on a target port (port %d) that is not defined in the Service associated with its workload instances (Pod selector %s). If you need to access the gateway port through the gateway Service, it will not be available.");

    public static MessageKind InvalidExternalControlPlaneConfig { get; } = New(
        "IST0163", nameof(InvalidExternalControlPlaneConfig), Warning,
        "The hostname (%s) that was provided for the webhook (%s) to reach the ingress gateway on the external control plane cluster %s. Traffic may not flow properly.");

    public static MessageKind ExternalControlPlaneAddressIsNotAHostname { get; } = New(
        "IST0164", nameof(ExternalControlPlaneAddressIsNotAHostname), Info,
        "The address (%s) that was provided for the webhook (%s) to reach the ingress gateway on the external control plane cluster is an IP address. This is not recommended for a production environment.");

    public static MessageKind ReferencedInternalGateway { get; } = New(
        "IST0165", nameof(ReferencedInternalGateway), Warning,
        "Gateway reference in VirtualService %s is to an implementation-generated internal Gateway: %s.");

    public static MessageKind IneffectiveSelector { get; } = New(
        "IST0166", nameof(IneffectiveSelector), Warning, "Ineffective selector on Kubernetes Gateway %s. Use the TargetRef field instead.");

    public static MessageKind IneffectivePolicy { get; } = New("IST0167", nameof(IneffectivePolicy), Warning, "The policy has no impact: %s.");

    public static MessageKind UnknownUpgradeCompatibility { get; } = New(
        "IST0168", nameof(UnknownUpgradeCompatibility), Warning,
        "The configuration %q changed in release %s, but compatibility cannot be automatically detected: %s. Or, install with `--set compatibilityVersion=%s` to retain the old default.");

    public static MessageKind UpdateIncompatibility { get; } = New(
        "IST0169", nameof(UpdateIncompatibility), Warning,
        "The configuration %q changed in release %s: %s. Or, install with `--set compatibilityVersion=%s` to retain the old default.");

    public static MessageKind MultiClusterInconsistentService { get; } = New(
        "IST0170", nameof(MultiClusterInconsistentService), Warning,
        "The service %v in namespace %q is inconsistent across clusters %q, which can lead to undefined behaviors. The inconsistent behaviors are: %v.");

    public static MessageKind NegativeConditionStatus { get; } = New(
        "IST0171", nameof(NegativeConditionStatus), Warning, "A condition with a negative status is present: type=%s, reason=%s, message=%s.");

    public static MessageKind FutureUnsupportedGatewayApiVersion { get; } = New(
        "IST0172", "FutureUnsupportedGatewayAPIVersion", Warning, "The Gateway API CRD version %v is lower than the minimum version: %v");

    public static MessageKind DestinationRuleSubsetNotSelectPods { get; } = New(
        "IST0173", nameof(DestinationRuleSubsetNotSelectPods), Error,
        "The Subset %s defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).");

    public static MessageKind UnknownDestinationRuleHost { get; } = New(
        "IST0174", nameof(UnknownDestinationRuleHost), Warning, "The host %s defined in the DestinationRule does not match any services in the mesh.");

    public static MessageKind JwksUriFetchUnrestricted { get; } = New(
        "IST0175", nameof(JwksUriFetchUnrestricted), Warning,
        "BLOCKED_CIDRS_IN_JWKS_URIS is not configured but %d RequestAuthentication resource(s) exist (%s). Consider configuring it to restrict JWKS URI fetches to trusted networks.");

    public static MessageKind GatewayApiCrdVersionBelowMinimum { get; } = New(
        "IST0176", "GatewayAPICRDVersionBelowMinimum", Warning,
        "Gateway API CRD %q is at version %q but Istio requires at least %q; resources of this kind will not be processed. Upgrade the Gateway API CRDs to satisfy the minimum version.");

    public static MessageKind ConflictingServiceEntryProtocol { get; } = New(
        "IST0177", nameof(ConflictingServiceEntryProtocol), Warning,
        "Multiple ServiceEntries (%s) define the same host %q and port %d with conflicting protocols (%s).");
}
