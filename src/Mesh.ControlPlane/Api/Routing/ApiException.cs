using System.Text.Json.Nodes;

namespace Mesh.ControlPlane.Api.Routing;

/// <summary>Ends a call with a Kubernetes <c>Status</c>.</summary>
internal sealed class ApiException(int code, string reason, string message) : Exception(message)
{
    /// <summary>About as long as a database takes to come back, and no herd when it does.</summary>
    private const int RetryAfterSeconds = 2;

    public int Code { get; } = code;

    /// <summary>Kubernetes' word for it (<c>metav1.StatusReason</c>).</summary>
    public string Reason { get; } = reason;

    /// <summary>Kubernetes' <c>details</c>: what it is about, and the causes one by one.</summary>
    public JsonObject? Details { get; init; }

    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "BadRequest", message);

    public static ApiException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, "Unauthorized", message);

    public static ApiException Forbidden(string message) => new(StatusCodes.Status403Forbidden, "Forbidden", message);

    public static ApiException NotFound(string message) => new(StatusCodes.Status404NotFound, "NotFound", message);

    public static ApiException Conflict(string message) => new(StatusCodes.Status409Conflict, "Conflict", message);

    /// <summary>What the control plane keeps (tokens, keys, records) cannot be read or written now.</summary>
    public static ApiException Unavailable() => new(
        StatusCodes.Status503ServiceUnavailable,
        "ServiceUnavailable",
        "What this asks for is kept where the control plane cannot read or write it now: its database is away, or the disk of its state is. Nothing was changed; try again in some seconds. The log of the control plane says why.")
    {
        Details = new JsonObject { ["retryAfterSeconds"] = RetryAfterSeconds },
    };

    /// <summary>As Kubernetes says it.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = Reason,
        };
        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }
}
