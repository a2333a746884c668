using Mesh.Config.Istio.Networking;
using Mesh.Config.Validation.Rules;

namespace Mesh.Config.Validation.VirtualServices;

/// <summary>Destinations and their weights. Weights are proportions and need not sum to 100.</summary>
internal static class TargetRules
{
    public static void Weighted<T>(FieldScope scope, IReadOnlyList<T> targets, Func<T, Destination?> destination, Func<T, int> weight)
    {
        long total = 0;
        scope.Each("route", targets, (item, target) =>
        {
            Required(item, destination(target));
            ValueRules.NotNegative(item.Field("weight"), weight(target));
            total += weight(target);
        });
        scope.Field("route").Require(targets.Count <= 1 || total != 0, "all weights are 0: no target would get a request");
    }

    public static void Required(FieldScope scope, Destination? destination)
    {
        if (destination is null)
        {
            scope.Field("destination").Error("a destination is required");
        }
        else
        {
            Check(scope.Field("destination"), destination);
        }
    }

    public static void Check(FieldScope scope, Destination destination)
    {
        var host = destination.Host;
        scope.Field("host").Require(host != "*", "the host cannot be *: a request needs one service to go to");
        scope.Field("host").Require(
            host == "*" || DnsNames.IsWildcardDomain(host),
            host.Length == 0 ? "a host is required" : $"\"{host}\" is not a host name");
        scope.Field("subset").Require(
            destination.Subset.Length == 0 || DnsNames.IsLabel(destination.Subset),
            $"the subset name \"{destination.Subset}\" must be letters, digits and -, at most 63 characters");
        if (destination.Port is { } port)
        {
            ValueRules.Port(scope.Field("port.number"), port.Number);
        }
    }
}
