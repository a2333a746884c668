using Mesh.Config.Istio.Extensions;
using Mesh.Config.Validation.Security;

namespace Mesh.Config.Validation.ProxyExtensions;

/// <summary>Istio's rules for WasmPlugin.</summary>
internal sealed class WasmPluginValidator() : SpecValidator<WasmPlugin>(ResourceKinds.WasmPlugin)
{
    protected override void Validate(FieldScope scope, WasmPlugin spec, Resource resource)
    {
        PolicyTargetRules.Check(scope, spec.Selector, spec.TargetRef, spec.TargetRefs);
        WasmRules.Module(scope, spec.Url, spec.Sha256);
        WasmRules.Names(scope, spec.HasImagePullSecret ? spec.ImagePullSecret : null, spec.HasPluginName ? spec.PluginName : null);
        WasmRules.Environment(scope.Field("vmConfig"), spec.VmConfig);
        scope.Each("match", spec.Match, static (item, match) => WasmRules.Ports(item, match.Ports));
    }
}
