using System.Collections.Frozen;
using static Mesh.Config.Analysis.MessageLevel;

namespace Mesh.Config.Analysis;

/// <summary>The catalogue of messages, with Istio's codes, names, levels and texts.</summary>
internal static partial class Messages
{
    public static MessageKind InternalError { get; } = New("IST0001", nameof(InternalError), Error, "Internal error: %v");

    public static MessageKind Deprecated { get; } = New("IST0002", nameof(Deprecated), Warning, "Deprecated: %s");

    public static MessageKind ReferencedResourceNotFound { get; } = New("IST0101", nameof(ReferencedResourceNotFound), Error, "Referenced %s not found: %q");

    public static MessageKind NamespaceNotInjected { get; } = New(
        "IST0102", nameof(NamespaceNotInjected), Info,
        "The namespace is not enabled for Istio injection. Run 'kubectl label namespace %s istio-injection=enabled' to enable it, or 'kubectl label namespace %s istio-injection=disabled' to explicitly mark it as not needing injection.");

    public static MessageKind PodMissingProxy { get; } = New(
        "IST0103", nameof(PodMissingProxy), Warning,
        "The pod %s is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.");

    public static MessageKind SchemaValidationError { get; } = New("IST0106", nameof(SchemaValidationError), Error, "Schema validation error: %v");

    public static MessageKind MisplacedAnnotation { get; } = New("IST0107", nameof(MisplacedAnnotation), Warning, "Misplaced annotation: %s can only be applied to %s");

    public static MessageKind UnknownAnnotation { get; } = New("IST0108", nameof(UnknownAnnotation), Warning, "Unknown annotation: %s");

    public static MessageKind ConflictingMeshGatewayVirtualServiceHosts { get; } = New(
        "IST0109", nameof(ConflictingMeshGatewayVirtualServiceHosts), Error,
        "The VirtualServices %s associated with mesh gateway define the same host %s which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.");

    public static MessageKind ConflictingSidecarWorkloadSelectors { get; } = New(
        "IST0110", nameof(ConflictingSidecarWorkloadSelectors), Error,
        "The Sidecars %v in namespace %q select the same workload pod %q, which can lead to undefined behavior.");

    public static MessageKind MultipleSidecarsWithoutWorkloadSelectors { get; } = New(
        "IST0111", nameof(MultipleSidecarsWithoutWorkloadSelectors), Error,
        "The Sidecars %v in namespace %q have no workload selector, which can lead to undefined behavior.");

    public static MessageKind VirtualServiceDestinationPortSelectorRequired { get; } = New(
        "IST0112", nameof(VirtualServiceDestinationPortSelectorRequired), Error,
        "This VirtualService routes to a service %q that exposes multiple ports %v. Specifying a port in the destination is required to disambiguate.");

    public static MessageKind DeploymentAssociatedToMultipleServices { get; } = New(
        "IST0116", nameof(DeploymentAssociatedToMultipleServices), Warning,
        "This deployment %s is associated with multiple services using port %d but different protocols: %v");

    public static MessageKind PortNameIsNotUnderNamingConvention { get; } = New(
        "IST0118", nameof(PortNameIsNotUnderNamingConvention), Info,
        "Port name %s (port: %d, targetPort: %s) doesn't follow the naming convention of Istio port.");

    public static MessageKind NamespaceMultipleInjectionLabels { get; } = New(
        "IST0123", nameof(NamespaceMultipleInjectionLabels), Warning,
        "The namespace has more than one type of injection labels %v, which may lead to undefined behavior. Make sure only one injection label exists.");

    public static MessageKind InvalidAnnotation { get; } = New("IST0125", nameof(InvalidAnnotation), Warning, "Invalid annotation %s: %s");

    public static MessageKind UnknownMeshNetworksServiceRegistry { get; } = New(
        "IST0126", nameof(UnknownMeshNetworksServiceRegistry), Error, "Unknown service registry %s in network %s");

    public static MessageKind NoMatchingWorkloadsFound { get; } = New(
        "IST0127", nameof(NoMatchingWorkloadsFound), Warning, "No matching workloads for this resource with the following labels: %s");

    public static MessageKind NoServerCertificateVerificationDestinationLevel { get; } = New(
        "IST0128", nameof(NoServerCertificateVerificationDestinationLevel), Warning,
        "DestinationRule %s in namespace %s has TLS mode set to %s but no caCertificates are set to validate server identity for host: %s");

    public static MessageKind NoServerCertificateVerificationPortLevel { get; } = New(
        "IST0129", nameof(NoServerCertificateVerificationPortLevel), Warning,
        "DestinationRule %s in namespace %s has TLS mode set to %s but no caCertificates are set to validate server identity for host: %s at port %s");

    public static MessageKind VirtualServiceUnreachableRule { get; } = New(
        "IST0130", nameof(VirtualServiceUnreachableRule), Warning, "VirtualService rule %v not used (%s).");

    public static MessageKind VirtualServiceIneffectiveMatch { get; } = New(
        "IST0131", nameof(VirtualServiceIneffectiveMatch), Info,
        "VirtualService rule %v match %v is not used (duplicate/overlapping match in rule %v).");

    public static MessageKind VirtualServiceHostNotFoundInGateway { get; } = New(
        "IST0132", nameof(VirtualServiceHostNotFoundInGateway), Warning,
        "one or more host %v defined in VirtualService %s not found in Gateway %s.");

    public static MessageKind SchemaWarning { get; } = New("IST0133", nameof(SchemaWarning), Warning, "Schema validation warning: %v");

    public static MessageKind ServiceEntryAddressesRequired { get; } = New(
        "IST0134", nameof(ServiceEntryAddressesRequired), Warning, "ServiceEntry addresses are required for this protocol.");

    public static MessageKind DeprecatedAnnotation { get; } = New(
        "IST0135", nameof(DeprecatedAnnotation), Info, "Annotation %q has been deprecated%s and may not work in future Istio versions.");

    public static MessageKind AlphaAnnotation { get; } = New(
        "IST0136", nameof(AlphaAnnotation), Info, "Annotation %q is part of an alpha-phase feature and may be incompletely supported.");

    public static MessageKind DeploymentConflictingPorts { get; } = New(
        "IST0137", nameof(DeploymentConflictingPorts), Warning,
        "This deployment %s is associated with multiple services %v using targetPort %q but different ports: %v.");

    public static MessageKind GatewayDuplicateCertificate { get; } = New(
        "IST0138", nameof(GatewayDuplicateCertificate), Warning,
        "Duplicate certificate in multiple gateways %v may cause 404s if clients re-use HTTP2 connections.");

    public static MessageKind InvalidWebhook { get; } = New("IST0139", nameof(InvalidWebhook), Error, "%v");

    // Lazy, for the order in which the parts of the catalogue are made is nobody's promise.
    private static readonly Lazy<FrozenDictionary<string, MessageKind>> ByCode = new(() => typeof(Messages).GetProperties()
        .Where(property => property.PropertyType == typeof(MessageKind))
        .Select(property => (MessageKind)property.GetValue(null)!)
        .ToFrozenDictionary(kind => kind.Code, StringComparer.Ordinal));

    /// <summary>All kinds by their code.</summary>
    public static IEnumerable<MessageKind> All => ByCode.Value.Values.OrderBy(kind => kind.Code, StringComparer.Ordinal);

    /// <summary>The kind with a code, or null.</summary>
    public static MessageKind? Find(string code) => ByCode.Value.GetValueOrDefault(code);

    private static MessageKind New(string code, string name, MessageLevel level, string template) => new(code, name, level, template);
}
