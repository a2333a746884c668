using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Conversion.Gateways;

namespace Mesh.ControlPlane.Conversion.Statuses;

/// <summary>Says what became of a Gateway and of each of its listeners.</summary>
internal static class GatewayStatus
{
    private const string Good = "No errors found";

    /// <param name="listeners">Of one Gateway.</param>
    /// <param name="attached">How many routes a listener has.</param>
    public static JsonObject Of(ImmutableArray<GatewayListener> listeners, Func<GatewayListener, int> attached)
    {
        var spec = listeners[0].Gateway.Spec;
        var status = new JsonObject();
        if (spec.Addresses.Count > 0)
        {
            status["addresses"] = new JsonArray([.. spec.Addresses.Where(address => IsUsable(address.Type)).Select(address => new JsonObject { ["type"] = address.Type, ["value"] = address.Value })]);
        }

        var unusable = spec.Addresses.Where(address => !IsUsable(address.Type)).Select(address => address.Type).ToArray();
        var badAddress = unusable.Length == 0 ? null : new ConversionProblem("UnsupportedAddress", $"addresses of type {string.Join(", ", unusable)} are not supported; use IPAddress or Hostname");
        var bad = listeners.Where(listener => !listener.IsProgrammed).Select(listener => listener.Listener.Name).ToArray();
        var badListeners = bad.Length == 0 ? null : new ConversionProblem("ListenersNotValid", $"listeners that cannot be opened: {string.Join(", ", bad)}");
        var isHopeless = bad.Length == listeners.Length;
        status["conditions"] = new JsonArray(
            badListeners is not null && badAddress is null
                ? Condition.Of("Accepted", isTrue: listeners.Any(listener => listener.IsAccepted), badListeners.Reason, badListeners.Message)
                : Condition.Of("Accepted", badAddress, "Accepted", "Resource accepted"),
            Condition.Of("Programmed", badAddress ?? (isHopeless ? badListeners! with { Reason = "Invalid" } : null), "Programmed", "Resource programmed"));
        status["listeners"] = new JsonArray([.. listeners.Select(listener => Describe(listener, attached(listener)))]);
        return status;
    }

    private static bool IsUsable(string type) => type is "IPAddress" or "Hostname";

    private static JsonObject Describe(GatewayListener listener, int attached) => new()
    {
        ["name"] = listener.Listener.Name,
        ["supportedKinds"] = new JsonArray([.. listener.Kinds.Select(kind => new JsonObject { ["group"] = ResourceKinds.GatewayApiGroup, ["kind"] = kind })]),
        ["attachedRoutes"] = attached,
        ["conditions"] = new JsonArray(
            Condition.Of("Accepted", listener.Refusal ?? listener.Conflict, "Accepted", Good),
            Condition.Of("Conflicted", listener.Conflict is not null, listener.Conflict?.Reason ?? "NoConflicts", listener.Conflict?.Message ?? Good),
            Condition.Of("Programmed", listener.IsProgrammed ? null : new ConversionProblem("Invalid", WhyNot(listener)), "Programmed", Good),
            Condition.Of("ResolvedRefs", listener.BadReference, "ResolvedRefs", Good)),
    };

    private static string WhyNot(GatewayListener listener) =>
        (listener.Refusal ?? listener.Conflict)?.Message ?? listener.BadReference?.Message ?? "the listener cannot be opened";
}
