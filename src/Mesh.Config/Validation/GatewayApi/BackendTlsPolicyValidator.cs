using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRD of BackendTLSPolicy.</summary>
internal sealed class BackendTlsPolicyValidator() : SpecValidator<BackendTLSPolicySpec>(GatewayApiKinds.BackendTlsPolicy)
{
    private const int MostTargets = 16;
    private const int MostRoots = 8;
    private const int MostNames = 5;
    private const int MostOptions = 16;

    protected override void Validate(FieldScope scope, BackendTLSPolicySpec spec, Resource resource)
    {
        ValueRules.Count(scope.Field("targetRefs"), spec.TargetRefs.Count, 1, MostTargets);
        scope.Each("targetRefs", spec.TargetRefs, static (item, target) =>
        {
            ReferenceRules.Object(item, target.HasGroup ? target.Group : null, target.Kind, target.Name);
            ReferenceRules.Optional(item, "sectionName", target.HasSectionName ? target.SectionName : null, NameRules.Section);
        });
        ReferenceRules.Distinct(
            scope, "targetRefs", "target", [.. spec.TargetRefs.Select(target => ($"{target.Group}/{target.Kind}/{target.Name}", target.SectionName))]);
        ValueRules.Count(scope.Field("options"), spec.Options.Count, 0, MostOptions);
        if (spec.Validation is { } validation)
        {
            Check(scope.Field("validation"), validation);
        }
        else
        {
            scope.Field("validation").Error("it is required: it says how backends are verified");
        }
    }

    private static void Check(FieldScope scope, BackendTLSPolicyValidation validation)
    {
        ValueRules.Count(scope.Field("caCertificateRefs"), validation.CaCertificateRefs.Count, 0, MostRoots);
        scope.Each("caCertificateRefs", validation.CaCertificateRefs, static (item, root) =>
            ReferenceRules.Object(item, root.HasGroup ? root.Group : null, root.Kind, root.Name));
        var wellKnown = validation.WellKnownCaCertificates;
        scope.Field("wellKnownCACertificates").Require(!validation.HasWellKnownCaCertificates || wellKnown == "System", $"\"{wellKnown}\" is not System");
        scope.Require(validation.CaCertificateRefs.Count == 0 || wellKnown.Length == 0, "must not contain both caCertificateRefs and wellKnownCACertificates");
        scope.Require(validation.CaCertificateRefs.Count > 0 || wellKnown.Length > 0, "must specify either caCertificateRefs or wellKnownCACertificates");
        NameRules.PreciseHost(scope.Field("hostname"), validation.Hostname);
        ValueRules.Count(scope.Field("subjectAltNames"), validation.SubjectAltNames.Count, 0, MostNames);
        scope.Each("subjectAltNames", validation.SubjectAltNames, Name);
    }

    private static void Name(FieldScope scope, SubjectAltName name)
    {
        ValueRules.OneOf(scope.Field("type"), name.Type, "Hostname", "URI");
        scope.Field("hostname").Require((name.Type == "Hostname") == (name.Hostname.Length > 0), "a host name goes with type Hostname, and with no other");
        scope.Field("uri").Require((name.Type == "URI") == (name.Uri.Length > 0), "a URI goes with type URI, and with no other");
        ReferenceRules.Optional(scope, "hostname", name.Hostname.Length > 0 ? name.Hostname : null, NameRules.Host);
        scope.Field("uri").Require(name.Uri.Length == 0 || Uri.TryCreate(name.Uri, UriKind.Absolute, out _), $"\"{name.Uri}\" must be an absolute URI, such as spiffe://cluster.local/ns/a/sa/b");
    }
}
