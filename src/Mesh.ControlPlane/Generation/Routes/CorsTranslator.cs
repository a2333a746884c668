using System.Globalization;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Filters.Http.Cors;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Type;
using Istio = Mesh.Config.Istio.Networking;

namespace Mesh.ControlPlane.Generation.Routes;

/// <summary>Turns a <c>corsPolicy</c> into that of Envoy's CORS filter, as istiod does.</summary>
internal static class CorsTranslator
{
    private const uint Everything = 100;

    public static CorsPolicy? Translate(Istio.CorsPolicy? policy)
    {
        if (policy is null)
        {
            return null;
        }

        var result = new CorsPolicy
        {
            AllowMethods = string.Join(',', policy.AllowMethods),
            AllowHeaders = string.Join(',', policy.AllowHeaders),
            ExposeHeaders = string.Join(',', policy.ExposeHeaders),
            MaxAge = policy.MaxAge?.Seconds.ToString(CultureInfo.InvariantCulture) ?? "",
            AllowCredentials = policy.AllowCredentials,
            ForwardNotMatchingPreflights = policy.UnmatchedPreflights != Istio.CorsPolicy.Types.UnmatchedPreflights.Ignore,
            FilterEnabled = new RuntimeFractionalPercent { DefaultValue = new FractionalPercent { Numerator = Everything } },
        };
        result.AllowOriginStringMatch.Add(OriginsOf(policy));
        return result;
    }

    // The list of plain texts is older; it counts only where the other one is not there.
#pragma warning disable CS0612 // Istio deprecates the field, and still reads it.
    private static IEnumerable<StringMatcher> OriginsOf(Istio.CorsPolicy policy) =>
        policy.AllowOrigins.Count > 0
            ? policy.AllowOrigins.Select(StringMatchTranslator.Translate)
            : policy.AllowOrigin.Select(static origin => new StringMatcher { Exact = origin });
#pragma warning restore CS0612
}
