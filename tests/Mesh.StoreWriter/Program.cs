using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Config;
using Mesh.Config.Admission;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Folder;
using Microsoft.Extensions.Logging.Abstractions;

// Writes into a folder store until it is killed. Says before each write what it tries, and after it what was acknowledged:
//   try NAME VALUE        done NAME VALUE VERSION        (VALUE - removes)
var (folder, seed, counter) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), long.Parse(args[2], CultureInfo.InvariantCulture));
var random = new Random(seed);
var reader = new ResourceReader();
using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
await using var store = FolderConfigStore.Open(new FolderConfigStoreOptions { Folder = folder }, NullLogger<FolderConfigStore>.Instance, TimeProvider.System);
output.WriteLine("ready");
string[] names = ["a", "b", "c", "d", "hand-1", "hand-2", "hand-3"];
while (true)
{
    var name = names[random.Next(names.Length)];
    var id = new ResourceId(ResourceKinds.NetworkingGroup, "VirtualService", "default", name);
    var there = store.Current.Resources.GetValueOrDefault(id);
    var value = there is not null && random.Next(5) == 0 ? "-" : $"v{++counter}";

    // Of what stands in the files that nobody but this program writes, a status alone is kept beside them.
    var isStatus = there is not null && value != "-" && random.Next(4) == 0;
    output.WriteLine($"try {name} {value}");
    var next = value == "-" ? null : Make(name, isStatus ? there : null, value);
    var result = await store.WriteAsync(new ResourceWrite(id, next, there?.ResourceVersion ?? 0), CancellationToken.None);
    if (result.Status != WriteStatus.Done)
    {
        output.WriteLine($"failed {name} {value}: {result.Status} {result.Message}");
        return 1;
    }

    output.WriteLine($"done {name} {value} {result.Version}");
}

Resource Make(string name, Resource? statusOf, string value)
{
    var document = statusOf is { } there
        ? JsonNode.Parse(there.Document.GetRawText())!
        : new JsonObject
        {
            ["apiVersion"] = "networking.istio.io/v1",
            ["kind"] = "VirtualService",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = $"uid-{value}", ["generation"] = 1, ["creationTimestamp"] = "2026-01-01T00:00:00Z" },
            ["spec"] = JsonNode.Parse($$$"""{"hosts":["{{{name}}}"],"http":[{"route":[{"destination":{"host":"somewhere"}}]}]}"""),
        };
    document["status"] = new JsonObject { ["value"] = value };
    if (statusOf is null)
    {
        document["metadata"]!["annotations"] = new JsonObject { ["value"] = value, ["filling"] = new string('x', (int)(counter % 7) * 1_000) };
    }

    using var json = JsonDocument.Parse(document.ToJsonString());
    return reader.Read(json.RootElement.GetRawText(), "try").Resources.Single();
}
