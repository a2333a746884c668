using Mesh.Config.Istio.Extensions;
using Mesh.Config.Validation.Security;

namespace Mesh.Config.Validation.ProxyExtensions;

/// <summary>Istio's rules for TrafficExtension.</summary>
internal sealed class TrafficExtensionValidator() : SpecValidator<TrafficExtension>(ResourceKinds.TrafficExtension)
{
    private const int LongestScript = 65_536;

    protected override void Validate(FieldScope scope, TrafficExtension spec, Resource resource)
    {
        PolicyTargetRules.Check(scope, spec.Selector, target: null, spec.TargetRefs);
        scope.Each("match", spec.Match, static (item, match) => WasmRules.Ports(item, match.Ports));
        switch (spec.FilterConfigCase)
        {
            case TrafficExtension.FilterConfigOneofCase.Wasm:
                Wasm(scope.Field("wasm"), spec.Wasm);
                break;
            case TrafficExtension.FilterConfigOneofCase.Lua:
                scope.Field("lua.inlineCode").Require(
                    spec.Lua.InlineCode.Length is > 0 and <= LongestScript, $"a script of 1 to {LongestScript} characters is required, found {spec.Lua.InlineCode.Length}");
                break;
            default:
                scope.Error("exactly one of wasm and lua must be set");
                break;
        }
    }

    private static void Wasm(FieldScope scope, WasmConfig wasm)
    {
        WasmRules.Module(scope, wasm.Url, wasm.Sha256);
        WasmRules.Names(scope, wasm.HasImagePullSecret ? wasm.ImagePullSecret : null, wasm.HasPluginName ? wasm.PluginName : null);
        WasmRules.Environment(scope.Field("vmConfig"), wasm.VmConfig);
    }
}
