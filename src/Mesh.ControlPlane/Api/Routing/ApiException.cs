namespace Mesh.ControlPlane.Api.Routing;

/// <summary>Ends a call with a Kubernetes <c>Status</c>.</summary>
internal sealed class ApiException(int code, string reason, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>Kubernetes' word for it (<c>metav1.StatusReason</c>).</summary>
    public string Reason { get; } = reason;

    public static ApiException BadRequest(string message) => new(StatusCodes.Status400BadRequest, "BadRequest", message);

    public static ApiException Unauthorized(string message) => new(StatusCodes.Status401Unauthorized, "Unauthorized", message);

    public static ApiException Forbidden(string message) => new(StatusCodes.Status403Forbidden, "Forbidden", message);

    public static ApiException NotFound(string message) => new(StatusCodes.Status404NotFound, "NotFound", message);

    public static ApiException Conflict(string message) => new(StatusCodes.Status409Conflict, "Conflict", message);
}
