// Makes the replica set and the account of Atlas, where they are not there yet: `mongosh --nodb`.
const password = encodeURIComponent(process.env.MONGO_ROOT_PASSWORD);
const options = "authSource=admin&serverSelectionTimeoutMS=5000";

const first = connect(`mongodb://root:${password}@mongo-1/admin?directConnection=true&${options}`);
let initiated = true;
try {
  first.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  // 94: NotYetInitialized
  if (error.code !== 94) throw error;
  initiated = false;
}
if (!initiated) {
  const members = [1, 2, 3].map((n) => ({ _id: n, host: `mongo-${n}:27017` }));
  first.adminCommand({ replSetInitiate: { _id: "atlas", members } });
  print("the replica set is made");
}

// Until a primary is elected nothing can be written.
let primary = null;
for (let tries = 0; primary === null; tries += 1) {
  try {
    primary = connect(
      `mongodb://root:${password}@mongo-1,mongo-2,mongo-3/admin?replicaSet=atlas&${options}`,
    );
    primary.adminCommand({ ping: 1 });
  } catch (error) {
    primary = null;
    if (tries === 12) throw error;
    sleep(1000);
  }
}

// readWrite is for serving; dbAdmin for `migrate`, which changes validators and drops indexes.
const atlas = primary.getSiblingDB("atlas");
const account = {
  pwd: process.env.MONGO_ATLAS_PASSWORD,
  roles: [
    { role: "readWrite", db: "atlas" },
    { role: "dbAdmin", db: "atlas" },
  ],
};
if (atlas.getUser("atlas") === null) {
  atlas.createUser({ user: "atlas", ...account });
  print("the account is made");
} else {
  atlas.updateUser("atlas", account);
}
