using System.Globalization;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Objects.Selection;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Watching;

/// <summary>What a watcher asks for.</summary>
/// <param name="Path">The kind, its version and perhaps a namespace.</param>
/// <param name="Filter">Which objects.</param>
/// <param name="Form">How they are told.</param>
/// <param name="From">The version after which changes are told; null for those after what is there now.</param>
/// <param name="Initial">Whether what is there now is told first.</param>
internal sealed record WatchRequest(ObjectPath Path, ObjectFilter Filter, Negotiation Form, long? From, bool Initial)
{
    /// <summary>Whether the end of the initial objects is marked (a "watch list").</summary>
    public bool MarksInitialEnd { get; init; }

    public bool Bookmarks { get; init; }

    /// <summary>After this the stream ends; infinite when the watcher set no limit.</summary>
    public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;

    public static WatchRequest Of(ApiCall call, ObjectPath path)
    {
        var query = VersionQuery.Of(call);
        var sendInitial = Flag(call, "sendInitialEvents");
        if (sendInitial is not null && query.Match != "NotOlderThan")
        {
            throw ObjectErrors.Invalid(
                new ResourceKind("meta.k8s.io", "ListOptions", "", ["v1"], null),
                "",
                FieldError.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }

        if (sendInitial is null && query.Match is not null)
        {
            throw ObjectErrors.Invalid(
                new ResourceKind("meta.k8s.io", "ListOptions", "", ["v1"], null),
                "",
                FieldError.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }

        // Without a version, or with 0, a watch tells first what is there (Kubernetes' "get state and start").
        var isNamed = query.Version is > 0;
        var filter = ObjectFilter.Of(call, path);
        return new WatchRequest(path with { Name = null }, filter, Negotiation.Of(call.Http.Request), isNamed ? query.Version : null, sendInitial ?? !isNamed)
        {
            MarksInitialEnd = sendInitial == true,
            Bookmarks = Flag(call, "allowWatchBookmarks") == true,
            Limit = LimitOf(call),
        };
    }

    public static bool IsWatch(ApiCall call) => Flag(call, "watch") == true;

    private static bool? Flag(ApiCall call, string name) => call.Query(name) switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        var text => throw ApiException.BadRequest($"{name}: expected true or false, got '{text}'."),
    };

    private static TimeSpan LimitOf(ApiCall call) => call.Query("timeoutSeconds") switch
    {
        null or "0" => Timeout.InfiniteTimeSpan,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 7 * 86_400)),
        var text => throw ApiException.BadRequest($"timeoutSeconds: expected a whole number of seconds, got '{text}'."),
    };
}
