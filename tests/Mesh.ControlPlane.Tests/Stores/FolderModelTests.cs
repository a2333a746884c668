using FsCheck;
using FsCheck.Fluent;
using Mesh.Config;
using Mesh.Config.Stores;
using Mesh.ControlPlane.Stores.Folder;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.ControlPlane.Tests.Stores;

/// <summary>Random writes, edits by hand, crashes and restarts, held against a dictionary.</summary>
public sealed class FolderModelTests
{
    private static readonly string[] Names = ["a", "b", "hand-1", "hand-2"];

    [Fact]
    public void Store_UnderAnySteps_IsWhatTheModelIs()
    {
        var step = Gen.Choose(0, 9).SelectMany(kind => Gen.Elements(Names).Select(name => new Step(kind, name)));
        Prop.ForAll(step.ArrayOf(25).ToArbitrary(), steps =>
        {
            using var run = new Run();
            foreach (var (number, next) in steps.Index())
            {
                run.Do(next, number);
                run.Check();
            }

            return true;
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(25).WithReplay(20261121, 3));
    }

    private readonly record struct Step(int Kind, string Name);

    private sealed class Run : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Dictionary<string, string> _model = new(StringComparer.Ordinal) { ["hand-1"] = "start", ["hand-2"] = "start" };
        private readonly Dictionary<string, string> _uids = new(StringComparer.Ordinal);
        private BreakingFiles _files = new();
        private FolderConfigStore _store;
        private ConfigSnapshot _seen;

        public Run()
        {
            WriteHandFile();
            _store = Open();
            _seen = _store.Current;
        }

        public void Do(Step step, int number)
        {
            var value = $"v{number}";
            switch (step.Kind)
            {
                case <= 3:
                    Assert.Equal(WriteStatus.Done, Write(StoreWrites.Put(step.Name, value)).Status);
                    (_model[step.Name], _uids[step.Name]) = (value, $"uid-{step.Name}");
                    break;
                case 4:
                    Assert.Equal(_model.Remove(step.Name) ? WriteStatus.Done : WriteStatus.Absent, Delete(step.Name).Status);
                    _uids.Remove(step.Name);
                    break;
                case 5 when _store.Current.Resources.TryGetValue(StoreWrites.Id(step.Name), out var there):
                    Assert.Equal(WriteStatus.Done, Write(there.WithStatus($$"""{"seen":"{{value}}"}""")).Status);
                    break;
                case 6:
                    Crash(step.Name, value, number);
                    break;
                case 7:
                    Restart();
                    break;
                case 8:
                    EditByHand(step.Name, value);
                    break;
                case 9:
                    Assert.Equal(WriteStatus.Conflict, WriteExpecting(StoreWrites.Put(step.Name, value), _store.Current.Version + 1).Status);
                    break;
            }
        }

        public void Check()
        {
            var found = _store.Current.Resources.Values.ToDictionary(resource => resource.Id.Name, StoreWrites.DestinationOf);
            Assert.Equal(_model.OrderBy(pair => pair.Key), found.OrderBy(pair => pair.Key));
            Assert.True(_store.Current.Version >= _seen.Version);
            foreach (var resource in _store.Current.Resources.Values)
            {
                Assert.InRange(resource.ResourceVersion, 1, _store.Current.Version);
                var uid = resource.Document.GetProperty("metadata").GetProperty("uid").GetString()!;
                Assert.Equal(_uids.TryAdd(resource.Id.Name, uid) ? uid : _uids[resource.Id.Name], uid);
            }

            CheckHistory();
            _seen = _store.Current;
        }

        public void Dispose()
        {
            Close();
            _folder.Dispose();
        }

        // Who follows the changes has what a new list would give.
        private void CheckHistory()
        {
            if (!_store.History.TryGetChanges(_seen.Version, out var changes))
            {
                return;
            }

            var followed = _seen.Resources.ToDictionary(pair => pair.Key, pair => pair.Value.ResourceVersion);
            foreach (var change in changes)
            {
                Assert.Equal(followed.GetValueOrDefault(change.Id), change.Before?.ResourceVersion ?? 0);
                followed.Remove(change.Id);
                if (change.After is not null)
                {
                    followed.Add(change.Id, change.Version);
                }
            }

            Assert.Equal(followed.OrderBy(pair => pair.Key.Name), _store.Current.Resources.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ResourceVersion)).OrderBy(pair => pair.Key.Name));
        }

        private void Crash(string name, string value, int number)
        {
            (_files.StepsLeft, _files.IsAfter, _files.IsCrash, _files.Failure) = (number % 2, number % 3 == 0, true, () => new InvalidOperationException("crash"));
            try
            {
                Write(StoreWrites.Put(name, value));
            }
            catch (InvalidOperationException)
            {
            }

            Restart();
            var there = _store.Current.Resources.GetValueOrDefault(StoreWrites.Id(name));
            if (there is not null && StoreWrites.DestinationOf(there) == value)
            {
                // It got through before the crash.
                (_model[name], _uids[name]) = (value, $"uid-{name}");
            }
        }

        private void EditByHand(string name, string value)
        {
            Close();
            var path = Directory.GetFiles(_folder.Path, "*.yaml", SearchOption.AllDirectories)
                .FirstOrDefault(path => File.ReadAllText(path).Contains($"name: {name}\n", StringComparison.Ordinal));
            if (path is not null && _model.TryGetValue(name, out var before))
            {
                var text = File.ReadAllText(path);
                var line = $"host: {before}\n";
                var at = text.IndexOf(line, text.IndexOf($"name: {name}\n", StringComparison.Ordinal), StringComparison.Ordinal);
                File.WriteAllText(path, text.Remove(at, line.Length).Insert(at, $"host: {value}\n"));
                _model[name] = value;
            }

            _store = Open();
        }

        private void Restart()
        {
            Close();
            _files = new BreakingFiles();
            _store = Open();
        }

        private FolderConfigStore Open() =>
            FolderConfigStore.Open(new FolderConfigStoreOptions { Folder = _folder.Path, Files = _files }, NullLogger<FolderConfigStore>.Instance, TimeProvider.System);

        private void Close() => _store.DisposeAsync().AsTask().GetAwaiter().GetResult();

        private WriteResult Write(Resource next) => _store.WriteAsync(next).GetAwaiter().GetResult();

        private WriteResult WriteExpecting(Resource next, long expected) => _store.WriteAsync(next, expected).GetAwaiter().GetResult();

        private WriteResult Delete(string name) => _store.DeleteAsync(name).GetAwaiter().GetResult();

        private void WriteHandFile() => _folder.Write("mesh.yaml", string.Join("---\n", new[] { "hand-1", "hand-2" }.Select(name =>
            $"# {name}\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: {name}\nspec:\n  hosts: [{name}]\n  http:\n  - route:\n    - destination:\n        host: start\n")));
    }
}
