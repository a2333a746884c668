using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.ControlPlane.Api.Objects.Rendering;
using Mesh.ControlPlane.Api.Routing;

namespace Mesh.ControlPlane.Api.Objects.Watching;

/// <summary>Writes events, one JSON document a line.</summary>
internal sealed class WatchStream(PipeWriter output, WatchRequest request, ObjectRenderer renderer)
{
    private const string InitialEnd = "k8s.io/initial-events-end";

    private bool _hasColumns;

    public void Write(string type, Resource resource) => Write(type, writer =>
    {
        // The columns are the same for all tables of a watch; kubectl wants them once.
        renderer.WriteItem(writer, request.Form, request.Path, resource, withColumns: !_hasColumns);
        _hasColumns = true;
    });

    /// <summary>Says that everything up to a version was told.</summary>
    public void WriteBookmark(long version, bool endsInitial = false) => Write(WatchEvents.Bookmark, writer =>
    {
        var bookmark = new JsonObject
        {
            ["kind"] = request.Path.Kind.Kind,
            ["apiVersion"] = request.Path.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null },
        };
        if (endsInitial)
        {
            bookmark["metadata"]!["annotations"] = new JsonObject { [InitialEnd] = "true" };
        }

        switch (request.Form.Form)
        {
            case ResponseForm.Table:
                WriteTableBookmark(writer, bookmark);
                break;
            case ResponseForm.Metadata:
                bookmark["kind"] = "PartialObjectMetadata";
                bookmark["apiVersion"] = $"meta.k8s.io/{request.Form.MetaVersion}";
                bookmark.WriteTo(writer);
                break;
            default:
                bookmark.WriteTo(writer);
                break;
        }
    });

    public void WriteError(ApiException error) => Write(WatchEvents.Error, writer => error.ToStatus().WriteTo(writer));

    public async ValueTask FlushAsync(CancellationToken cancellation) => await output.FlushAsync(cancellation);

    private void WriteTableBookmark(Utf8JsonWriter writer, JsonObject bookmark)
    {
        var partial = (JsonObject)bookmark.DeepClone();
        partial["kind"] = "PartialObjectMetadata";
        partial["apiVersion"] = $"meta.k8s.io/{request.Form.MetaVersion}";
        new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = $"meta.k8s.io/{request.Form.MetaVersion}",
            ["metadata"] = new JsonObject { ["resourceVersion"] = bookmark["metadata"]!["resourceVersion"]!.DeepClone() },
            ["columnDefinitions"] = null,
            ["rows"] = new JsonArray(new JsonObject { ["cells"] = new JsonArray(), ["object"] = partial }),
        }.WriteTo(writer);
    }

    private void Write(string type, Action<Utf8JsonWriter> writeObject)
    {
        using (var writer = new Utf8JsonWriter(output, ObjectJson.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("object");
            writeObject(writer);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
