using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Mesh.Config.Schema;

/// <summary>The comments of the .proto files by the full name of what they stand at; they are the descriptions that users read.</summary>
internal static class ProtoComments
{
    private const string Resource = "mesh-config.protoset";

    // Numbers of the fields in descriptor.proto, of which the paths in SourceCodeInfo are made.
    private const int FileMessages = 4;
    private const int MessageFields = 2;
    private const int MessageNested = 3;

    private static readonly Lazy<Dictionary<string, string>> Texts = new(Read);

    /// <summary>The comment as one line; empty when there is none.</summary>
    /// <param name="fullName">Such as <c>istio.networking.v1alpha3.HTTPRoute</c> or <c>istio.networking.v1alpha3.HTTPRoute.timeout</c>.</param>
    public static string Of(string fullName) => Texts.Value.GetValueOrDefault(fullName, "");

    private static Dictionary<string, string> Read()
    {
        using var stream = typeof(ProtoComments).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing: build the project with protoc of Grpc.Tools.");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in FileDescriptorSet.Parser.ParseFrom(stream).File)
        {
            foreach (var location in file.SourceCodeInfo.Location)
            {
                if (Name(file, location.Path) is { } name && Text(location) is { Length: > 0 } text)
                {
                    texts[name] = text;
                }
            }
        }

        return texts;
    }

    /// <summary>What a path names: a message, a nested one, or a field; null for the rest.</summary>
    private static string? Name(FileDescriptorProto file, RepeatedField<int> path)
    {
        if (path.Count < 2 || path.Count % 2 != 0 || path[0] != FileMessages)
        {
            return null;
        }

        var message = file.MessageType[path[1]];
        var name = $"{file.Package}.{message.Name}";
        for (var index = 2; index < path.Count; index += 2)
        {
            switch (path[index])
            {
                case MessageNested:
                    message = message.NestedType[path[index + 1]];
                    name = $"{name}.{message.Name}";
                    break;
                case MessageFields when index + 2 == path.Count:
                    return $"{name}.{message.Field[path[index + 1]].Name}";
                default:
                    return null;
            }
        }

        return name;
    }

    private static string Text(SourceCodeInfo.Types.Location location)
    {
        var comment = location.LeadingComments.Length > 0 ? location.LeadingComments : location.TrailingComments;
        var text = new StringBuilder(comment.Length);
        foreach (var line in comment.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(text.Length > 0 ? " " : "").Append(line);
        }

        return text.ToString();
    }
}
