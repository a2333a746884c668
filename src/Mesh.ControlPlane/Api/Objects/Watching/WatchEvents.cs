using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Selection;

namespace Mesh.ControlPlane.Api.Objects.Watching;

/// <summary>Tells what a change is to a watcher who sees some objects only: one that begins to fit is new to it, one that fits no more is gone.</summary>
internal static class WatchEvents
{
    public const string Added = "ADDED";
    public const string Modified = "MODIFIED";
    public const string Deleted = "DELETED";
    public const string Bookmark = "BOOKMARK";
    public const string Error = "ERROR";

    /// <summary>The event and the object it shows; null when the watcher has no part in the change.</summary>
    public static (string Type, Resource Resource)? Of(ResourceChange change, ObjectFilter filter, ObjectSource source)
    {
        var (before, after) = (change.Before, change.After);
        if (filter.Kind == ServedKinds.Namespace)
        {
            // A namespace that is always there is never new and never gone.
            var implied = source.ImpliedNamespace(change.Id.Name);
            (before, after) = (before ?? implied, after ?? implied);
        }

        return (filter.Includes(before), filter.Includes(after)) switch
        {
            (false, true) => (Added, after! with { ResourceVersion = change.Version }),
            (true, true) => (Modified, after! with { ResourceVersion = change.Version }),
            (true, false) => (Deleted, before! with { ResourceVersion = change.Version }),
            _ => null,
        };
    }
}
