namespace Mesh.Config.Schema.OpenApi;

/// <summary>A parameter of an API operation.</summary>
/// <param name="Name">As in the URL.</param>
/// <param name="Type">string, boolean or integer.</param>
/// <param name="In">query or path.</param>
/// <param name="Description">In plain words.</param>
internal sealed record OpenApiParameter(string Name, string Type, string In, string Description)
{
    public static OpenApiParameter ObjectName { get; } = new("name", "string", "path", "Name of the object.");

    public static OpenApiParameter Namespace { get; } = new("namespace", "string", "path", "Namespace of the object.");

    public static OpenApiParameter Pretty { get; } = new("pretty", "string", "query", "If true, the answer is written for people.");

    public static OpenApiParameter DryRun { get; } = new("dryRun", "string", "query", "\"All\": everything is checked and answered, and nothing is stored.");

    public static OpenApiParameter FieldManager { get; } = new("fieldManager", "string", "query", "Who writes, for the ownership of fields; required for apply patches.");

    public static OpenApiParameter FieldValidation { get; } =
        new("fieldValidation", "string", "query", "What happens with unknown and duplicate fields: Ignore, Warn (the default) or Strict.");

    public static OpenApiParameter Force { get; } = new("force", "boolean", "query", "Apply patches only: take fields away from their owners.");

    /// <summary>What narrows a list or makes it a watch.</summary>
    public static IReadOnlyList<OpenApiParameter> OfLists { get; } =
    [
        new("allowWatchBookmarks", "boolean", "query", "Watches: tell the version from time to time."),
        new("continue", "string", "query", "Where the list goes on, from the list before."),
        new("fieldSelector", "string", "query", "Only objects with these fields."),
        new("labelSelector", "string", "query", "Only objects with these labels."),
        new("limit", "integer", "query", "Objects in one answer at most."),
        new("resourceVersion", "string", "query", "The version that the answer is at, or starts from."),
        new("resourceVersionMatch", "string", "query", "How resourceVersion is meant: Exact or NotOlderThan."),
        new("sendInitialEvents", "boolean", "query", "Watches: begin with the objects that there are."),
        new("timeoutSeconds", "integer", "query", "Seconds after which a watch ends."),
        new("watch", "boolean", "query", "Changes as they happen instead of a list."),
    ];

    /// <summary>What a deletion can be told.</summary>
    public static IReadOnlyList<OpenApiParameter> OfDeletions { get; } =
    [
        DryRun,
        new("gracePeriodSeconds", "integer", "query", "Seconds before the object goes."),
        new("propagationPolicy", "string", "query", "What happens to dependents: Orphan, Background or Foreground."),
    ];
}
