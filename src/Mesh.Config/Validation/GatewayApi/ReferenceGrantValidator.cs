using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.GatewayApi;

/// <summary>The rules of the CRD of ReferenceGrant.</summary>
internal sealed class ReferenceGrantValidator() : SpecValidator<ReferenceGrantSpec>(GatewayApiKinds.ReferenceGrant)
{
    private const int MostEntries = 16;

    protected override void Validate(FieldScope scope, ReferenceGrantSpec spec, Resource resource)
    {
        ValueRules.Count(scope.Field("from"), spec.From.Count, 1, MostEntries);
        scope.Each("from", spec.From, static (item, from) =>
        {
            item.Field("group").Require(from.HasGroup, "a group is required, be it \"\" for core");
            NameRules.Group(item.Field("group"), from.Group);
            NameRules.Kind(item.Field("kind"), from.Kind);
            NameRules.Namespace(item.Field("namespace"), from.Namespace);
        });
        ValueRules.Count(scope.Field("to"), spec.To.Count, 1, MostEntries);
        scope.Each("to", spec.To, static (item, to) =>
        {
            item.Field("group").Require(to.HasGroup, "a group is required, be it \"\" for core");
            NameRules.Group(item.Field("group"), to.Group);
            NameRules.Kind(item.Field("kind"), to.Kind);
            ReferenceRules.Optional(item, "name", to.HasName ? to.Name : null, NameRules.ObjectName);
        });
    }
}
