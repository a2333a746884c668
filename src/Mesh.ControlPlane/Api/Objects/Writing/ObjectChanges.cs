using Mesh.Config.Admission;
using Mesh.Config.Objects.Lifecycle;
using Mesh.ControlPlane.Api.Objects.Reading;
using Mesh.ControlPlane.Api.Objects.Writing.Removing;

namespace Mesh.ControlPlane.Api.Objects.Writing;

/// <summary>The ways of changing objects, put together.</summary>
internal sealed class ObjectChanges
{
    public ObjectChanges(ObjectSource source, ResourceReader reader, TimeProvider time, Random random)
    {
        var lifecycle = new ObjectLifecycle(time, random);
        var admission = new ObjectAdmission(reader);
        var writer = new ObjectStoreWriter(source);
        var namespaces = new NamespaceRemoval(source, writer, time);
        Owners = new FieldOwners(time);
        Creator = new ObjectCreator(source, admission, writer, lifecycle);
        Updater = new ObjectUpdater(source, admission, writer, namespaces);
        Remover = new ObjectRemover(source, writer, namespaces, lifecycle);
    }

    public FieldOwners Owners { get; }

    public ObjectCreator Creator { get; }

    public ObjectUpdater Updater { get; }

    public ObjectRemover Remover { get; }
}
