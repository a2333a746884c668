using System.Globalization;
using System.Text.Json;

namespace Mesh.ControlPlane.Api.Objects.Rendering;

/// <summary>The <c>metadata</c> of a list.</summary>
/// <param name="Version">Of the configuration that the list shows; null for a thing that has none.</param>
/// <param name="Continue">What to ask the next page with; empty when there is none.</param>
/// <param name="Remaining">How many objects follow; null when nobody counted.</param>
internal sealed record ListMeta(long? Version, string Continue = "", int? Remaining = null)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Version is { } version)
        {
            writer.WriteString("resourceVersion", version.ToString(CultureInfo.InvariantCulture));
        }

        if (Continue.Length > 0)
        {
            writer.WriteString("continue", Continue);
        }

        if (Remaining is { } remaining)
        {
            writer.WriteNumber("remainingItemCount", remaining);
        }

        writer.WriteEndObject();
    }
}
