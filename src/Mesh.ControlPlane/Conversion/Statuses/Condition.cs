using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Conversion.Statuses;

/// <summary>Makes conditions in Kubernetes' form, but for generation and time, which are the written object's.</summary>
internal static class Condition
{
    /// <summary>True with its good reason, or false with a problem's.</summary>
    public static JsonObject Of(string type, ConversionProblem? problem, string reason, string message) =>
        problem is null ? Of(type, isTrue: true, reason, message) : Of(type, isTrue: false, problem.Reason, problem.Message);

    public static JsonObject Of(string type, bool isTrue, string reason, string message) => new()
    {
        ["type"] = type,
        ["status"] = isTrue ? "True" : "False",
        ["reason"] = reason,
        ["message"] = message,
    };
}
